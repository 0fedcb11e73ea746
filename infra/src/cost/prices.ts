/**
 * On-demand list prices of eu-west-1 in US dollars, without tax, discounts or free tiers. A price with no source was noted
 * by hand on `notedOn` and never compared with anything: `make cost` says which lines stand on one. An estimate is for
 * comparing plans, not for a budget.
 */
export const pricesRegion = 'eu-west-1';
export const notedOn = '2025-11-01';

export interface Price {
  readonly dollars: number;
  /** Where it was compared, and as of when. Null: nowhere. */
  readonly source: string | null;
}

/** AWS's own price list, by what it calls the usage. */
const listed = (dollars: number, usage: string, asOf: string): Price => ({
  dollars,
  source: `AWS price list, ${usage}, ${asOf}`,
});
/** A month's charge by the quantity, of a published bill of the region. */
const billed = (dollars: number, usage: string): Price => ({
  dollars,
  source: `a published bill of July 2026, ${usage}`,
});
const unchecked = (dollars: number): Price => ({ dollars, source: null });

export const prices = {
  fargateVcpuHour: listed(0.04048, 'SKU K4EXFQ5YFQCP98EN', '2026-05-01'),
  fargateGbHour: listed(0.004445, 'SKU UP5ETC3QSW2QZGEY', '2026-05-01'),
  loadBalancerHour: billed(0.0252, 'EU-LoadBalancerUsage'),
  natGatewayHour: listed(0.048, 'EU-NatGateway-Hours', '2026-09-25'),
  interfaceEndpointZoneHour: unchecked(0.011),
  publicAddressHour: billed(0.005, 'EU-PublicIPv4:InUseAddress'),
  mysqlStorageGbMonth: billed(0.127, 'EU-RDS:GP3-Storage'),
  redshiftRpuHour: unchecked(0.36),
  emrServerlessVcpuHour: unchecked(0.052624),
  emrServerlessGbHour: unchecked(0.0057785),
  kmsKeyMonth: unchecked(1),
  hostedZoneMonth: billed(0.5, 'HostedZone'),
  healthCheckMonth: unchecked(2),
  firewallMonth: unchecked(5),
  firewallRuleMonth: unchecked(1),
  alarmMonth: unchecked(0.1),
  secretMonth: unchecked(0.4),
  t3LargeHour: unchecked(0.0912),
} as const satisfies Readonly<Record<string, Price>>;
export type PriceName = keyof typeof prices;

/** One zone, by instance class; two zones are twice that. */
export const mysqlInstanceHour: Readonly<Record<string, Price>> = {
  'db.t4g.medium': unchecked(0.07),
  'db.t4g.large': unchecked(0.141),
  'db.m7g.large': unchecked(0.185),
  'db.m7g.xlarge': unchecked(0.37),
  'db.r7g.large': unchecked(0.26),
};
