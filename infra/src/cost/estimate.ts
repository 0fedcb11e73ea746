import { runsOn, type Environment, type ServiceSize } from '../environments.ts';
import { mysqlInstanceHour, prices, type Price } from './prices.ts';

export interface CostLine {
  readonly what: string;
  /** How the sum comes about, in words. */
  readonly from: string;
  readonly dollarsPerMonth: number;
  /** Of the prices in it; one with no source makes the line unchecked. */
  readonly prices: readonly Price[];
}

/** A sum of quantities at their prices, and the prices themselves. */
function charge(...parts: readonly (readonly [quantity: number, price: Price])[]) {
  return {
    dollarsPerMonth: parts.reduce((sum, [quantity, { dollars }]) => sum + quantity * dollars, 0),
    prices: parts.map(([, price]) => price),
  };
}

/** What is assumed of use; everything else is in the environment's record. */
export interface Usage {
  readonly hoursPerMonth: number;
  /** Tasks of the live colour, a service. */
  readonly liveTasks: number;
  /** Share of the month a standby is kept warm: a day after each release. */
  readonly warmShare: number;
  readonly redshiftHoursPerDay: number;
  readonly sparkHoursPerMonth: number;
}

export const usualUsage: Usage = {
  hoursPerMonth: 730,
  liveTasks: 1,
  warmShare: 0.25,
  redshiftHoursPerDay: 1,
  sparkHoursPerMonth: 10,
};

const interfaceEndpoints = 8;
const loadBalancers = 2;
const alarms = 60;
const firewallRules = 5;

function service(name: string, { cpu, memoryMb }: ServiceSize, usage: Usage): CostLine {
  const tasks = usage.liveTasks * (1 + usage.warmShare);
  const hours = tasks * usage.hoursPerMonth;
  return {
    what: `ECS ${name}`,
    from: `${tasks} tasks of ${cpu / 1024} vCPU and ${memoryMb / 1024} GB, standby included`,
    ...charge(
      [(hours * cpu) / 1024, prices.fargateVcpuHour],
      [(hours * memoryMb) / 1024, prices.fargateGbHour],
    ),
  };
}

function onBeanstalk(name: string, environments: number, usage: Usage): CostLine {
  return {
    what: `Elastic Beanstalk ${name}`,
    from: `${environments} t3.large`,
    ...charge([environments * usage.hoursPerMonth, prices.t3LargeHour]),
  };
}

function services({ services: all }: Environment, usage: Usage): readonly CostLine[] {
  const queues = 7;
  return [
    service('prediction-api', all['prediction-api'], usage),
    ...(runsOn(all.backend, 'ecs') ? [service('backend', all.backend, usage)] : []),
    ...(runsOn(all.backend, 'beanstalk') ? [onBeanstalk('backend', 1, usage)] : []),
    ...(runsOn(all.workers, 'ecs') ? [service('workers', all.workers, usage)] : []),
    ...(runsOn(all.workers, 'beanstalk') ? [onBeanstalk('workers', queues, usage)] : []),
  ];
}

function database({ database: size, holdsRealData }: Environment, { hoursPerMonth }: Usage): CostLine {
  const hour = mysqlInstanceHour[size.instance];
  if (hour === undefined)
    throw new Error(
      `There is no price of ${size.instance}: add it to infra/src/cost/prices.ts (there are ${Object.keys(mysqlInstanceHour).join(', ')})`,
    );
  const zones = holdsRealData ? 2 : 1;
  return {
    what: 'RDS MySQL',
    from: `${size.instance} and ${size.storageGb} GB in ${zones === 1 ? 'one zone' : 'two zones'}`,
    ...charge([zones * hoursPerMonth, hour], [zones * size.storageGb, prices.mysqlStorageGbMonth]),
  };
}

function spark({ spark: config }: Environment, { sparkHoursPerMonth }: Usage): CostLine {
  if (config.kind !== 'serverless')
    return {
      what: config.kind === 'cluster' ? 'EMR cluster' : 'EMR clusters',
      from: `priced by their instances: not in the table; ${config.kind === 'cluster' ? `it ends itself after ${config.idleMinutes} idle minutes` : 'each ends with its run'}`,
      ...charge(),
    };
  const hours = sparkHoursPerMonth * 0.25;
  return {
    what: 'EMR Serverless',
    from: `${sparkHoursPerMonth} hours at a quarter of ${config.maximumVcpus} vCPU and ${config.maximumMemoryGb} GB`,
    ...charge(
      [hours * config.maximumVcpus, prices.emrServerlessVcpuHour],
      [hours * config.maximumMemoryGb, prices.emrServerlessGbHour],
    ),
  };
}

/** What an environment costs a month while nobody sends much: what is paid by the request is left out. */
export function estimate(environment: Environment, usage: Usage = usualUsage): readonly CostLine[] {
  const { hoursPerMonth } = usage;
  const { network, warehouse } = environment;
  const endpoints = interfaceEndpoints * network.endpointZones;
  const redshiftHours = usage.redshiftHoursPerDay * 30;
  return [
    ...services(environment, usage),
    database(environment, usage),
    {
      what: 'Redshift Serverless',
      from: `${redshiftHours} hours of ${warehouse.capacityRpus} RPUs`,
      ...charge([redshiftHours * warehouse.capacityRpus, prices.redshiftRpuHour]),
    },
    spark(environment, usage),
    {
      what: 'Load balancers',
      from: `${loadBalancers}, with their public addresses, before what they carry`,
      ...charge(
        [hoursPerMonth * loadBalancers, prices.loadBalancerHour],
        [hoursPerMonth * 3, prices.publicAddressHour],
      ),
    },
    {
      what: 'NAT gateways',
      from: `${network.natGateways}, before what they carry`,
      ...charge(
        [network.natGateways * hoursPerMonth, prices.natGatewayHour],
        [network.natGateways * hoursPerMonth, prices.publicAddressHour],
      ),
    },
    {
      what: 'VPC endpoints',
      from: `${endpoints} (${interfaceEndpoints} in ${network.endpointZones} zones)`,
      ...charge([endpoints * hoursPerMonth, prices.interfaceEndpointZoneHour]),
    },
    {
      what: 'Keys, names, firewall, alarms, secrets',
      from: `1 key, 2 health checks, ${firewallRules} firewall rules, about ${alarms} alarms, 2 secrets`,
      ...charge(
        [1, prices.kmsKeyMonth],
        [1, prices.hostedZoneMonth],
        [2, prices.healthCheckMonth],
        [1, prices.firewallMonth],
        [firewallRules, prices.firewallRuleMonth],
        [alarms, prices.alarmMonth],
        [2, prices.secretMonth],
      ),
    },
  ];
}
