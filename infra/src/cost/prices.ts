/**
 * On-demand list prices of eu-west-1 in US dollars, noted by hand on `pricesAsOf` from AWS's public price pages, without
 * tax, discounts or free tiers. An estimate from them is for comparing plans, not for a budget: check before relying on it.
 */
export const pricesAsOf = '2025-11-01';
export const pricesRegion = 'eu-west-1';

export const prices = {
  fargateVcpuHour: 0.04048,
  fargateGbHour: 0.004445,
  loadBalancerHour: 0.0252,
  natGatewayHour: 0.048,
  interfaceEndpointZoneHour: 0.011,
  publicAddressHour: 0.005,
  mysqlStorageGbMonth: 0.127,
  redshiftRpuHour: 0.36,
  emrServerlessVcpuHour: 0.052624,
  emrServerlessGbHour: 0.0057785,
  kmsKeyMonth: 1,
  hostedZoneMonth: 0.5,
  healthCheckMonth: 2,
  firewallMonth: 5,
  firewallRuleMonth: 1,
  alarmMonth: 0.1,
  secretMonth: 0.4,
  t3LargeHour: 0.0912,
} as const;

/** One zone, by instance class; two zones are twice that. */
export const mysqlInstanceHour: Readonly<Record<string, number>> = {
  'db.t4g.medium': 0.07,
  'db.t4g.large': 0.141,
  'db.m7g.large': 0.185,
  'db.m7g.xlarge': 0.37,
  'db.r7g.large': 0.26,
};
