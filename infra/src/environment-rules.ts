import { isPrivate, longestVpcPrefix, overlap, parseBlock } from './cidr.ts';
import { environmentNames, type Environment } from './environments.ts';

/** Every failure, each `environment.field: what is wrong, with the value and what would do`. */
type Rule = (environment: Environment) => readonly string[];

const unless = (ok: boolean, problem: string): readonly string[] => (ok ? [] : [problem]);
const within = (field: string, value: number, low: number, high: number) =>
  unless(
    Number.isInteger(value) && value >= low && value <= high,
    `${field}: ${value} is not a whole number from ${low} to ${high}`,
  );

const cidrRule: Rule = ({ network: { cidr } }) => {
  const block = parseBlock(cidr);
  if (!block)
    return [`network.cidr: "${cidr}" is not an IPv4 block like 10.40.0.0/16 (host bits must be zero)`];
  if (block.prefix > longestVpcPrefix)
    return [
      `network.cidr: ${cidr} is too small: six subnets need at least a /${longestVpcPrefix} (1,024 addresses)`,
    ];
  if (block.prefix < 16) return [`network.cidr: ${cidr} is too large: a VPC holds at most a /16`];
  return unless(
    isPrivate(block),
    `network.cidr: ${cidr} is not in a private range (10/8, 172.16/12, 192.168/16)`,
  );
};

const zonesRule: Rule = ({ region, network: { availabilityZones: zones } }) => [
  ...unless(
    new Set(zones).size === 3,
    `network.availabilityZones: ${zones.join(', ')} are not three different zones`,
  ),
  ...zones.flatMap((zone) =>
    unless(zone.startsWith(region), `network.availabilityZones: ${zone} is not in ${region}`),
  ),
];

const domainRule: Rule = ({ domain, zone }) =>
  unless(
    domain === zone || domain.endsWith(`.${zone}`),
    `domain: "${domain}" is not in the zone: it must be "${zone}" or end in ".${zone}"`,
  );

const imagesRule: Rule = ({ images }) =>
  Object.entries(images).flatMap(([image, digest]) =>
    unless(
      /^sha256:[0-9a-f]{64}$/.test(digest),
      `images.${image}: "${digest}" is not a digest (sha256: and 64 hex digits); a tag can move, a digest cannot`,
    ),
  );

/** Fargate's own table: which memory goes with how many CPU units. */
const fargateMemoryMb: Readonly<Record<number, readonly [low: number, high: number, step: number]>> = {
  256: [512, 2048, 512],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16384, 1024],
  4096: [8192, 30720, 1024],
  8192: [16384, 61440, 4096],
};

const sizesRule: Rule = ({ services }) =>
  Object.entries(services).flatMap(([name, { cpu, memoryMb, maximumTasks }]) => {
    const range = fargateMemoryMb[cpu];
    const fits = range && memoryMb >= range[0] && memoryMb <= range[1] && memoryMb % range[2] === 0;
    return [
      ...unless(
        fits === true,
        `services.${name}.memoryMb: ${memoryMb} does not go with ${cpu} CPU units` +
          (range ? ` (${range[0]} to ${range[1]} in steps of ${range[2]})` : ''),
      ),
      ...within(`services.${name}.maximumTasks`, maximumTasks, 1, 1000),
    ];
  });

const placementRule: Rule = ({ services: { backend, workers } }) =>
  Object.entries({ backend, workers }).flatMap(([name, { runtime, beside }]) =>
    unless(
      beside !== runtime,
      `services.${name}.beside: "${runtime}" is where it runs already; leave it out, or name the other runtime while moving`,
    ),
  );

const sparkRule: Rule = ({ spark }) =>
  spark.kind === 'serverless'
    ? [
        ...within('spark.maximumVcpus', spark.maximumVcpus, 4, 4000),
        ...within('spark.maximumMemoryGb', spark.maximumMemoryGb, 16, 32_000),
        ...within('spark.idleMinutes', spark.idleMinutes, 1, 10_080),
      ]
    : [
        ...within('spark.coreUnits', spark.coreUnits, 1, 1000),
        ...within('spark.maximumUnits', spark.maximumUnits, spark.coreUnits, 4000),
        ...unless(
          spark.workerInstances.length > 0 && spark.workerInstances.length <= 5,
          `spark.workerInstances: give one to five instance types, not ${spark.workerInstances.length}`,
        ),
        ...(spark.kind === 'cluster' ? within('spark.idleMinutes', spark.idleMinutes, 1, 10_080) : []),
      ];

/** What CloudWatch Logs takes. */
const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 3653];

const plainRules: Rule = ({
  account,
  region,
  short,
  repository,
  database,
  warehouse,
  tiers,
  ...environment
}) => [
  ...unless(/^\d{12}$/.test(account), `account: "${account}" is not 12 digits`),
  ...unless(/^[a-z]{2}(-[a-z]+)+-\d$/.test(region), `region: "${region}" is not a region's name`),
  ...unless(/^[a-z]{1,4}$/.test(short), `short: "${short}" is not one to four lower-case letters`),
  ...unless(/^[\w.-]+\/[\w.-]+$/.test(repository), `repository: "${repository}" is not owner/name`),
  ...within('database.storageGb', database.storageGb, 20, 65_536),
  ...within('database.maximumStorageGb', database.maximumStorageGb, database.storageGb, 65_536),
  ...within('database.backupDays', database.backupDays, 1, 35),
  ...within('warehouse.capacityRpus', warehouse.capacityRpus, 8, 512),
  ...unless(
    warehouse.capacityRpus % 8 === 0,
    `warehouse.capacityRpus: ${warehouse.capacityRpus} is not a multiple of 8`,
  ),
  ...within('warehouse.rpuHoursPerDay', warehouse.rpuHoursPerDay, 1, 100_000),
  ...unless(
    retentions.includes(environment.logRetentionDays),
    `logRetentionDays: ${environment.logRetentionDays} is not one of ${retentions.join(', ')}`,
  ),
  ...unless(Object.keys(tiers).length > 0, 'tiers: at least one usage plan is needed'),
  ...unless(
    environment.tierOfKeys in tiers,
    `tierOfKeys: "${environment.tierOfKeys}" is not one of the tiers: ${Object.keys(tiers).join(', ')}`,
  ),
  ...environment.alarmEmails.flatMap((email) =>
    unless(/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email), `alarmEmails: "${email}" is not an e-mail address`),
  ),
];

const rules: readonly Rule[] = [
  plainRules,
  cidrRule,
  zonesRule,
  domainRule,
  imagesRule,
  sizesRule,
  placementRule,
  sparkRule,
];

function betweenEnvironments(all: readonly Environment[]): readonly string[] {
  return all.flatMap((one, index) =>
    all.slice(index + 1).flatMap((other) => {
      const [a, b] = [parseBlock(one.network.cidr), parseBlock(other.network.cidr)];
      return [
        ...unless(
          !a || !b || !overlap(a, b),
          `${other.name}.network.cidr: ${other.network.cidr} overlaps ${one.name}'s ${one.network.cidr}`,
        ),
        ...unless(
          one.domain !== other.domain,
          `${other.name}.domain: "${other.domain}" is also ${one.name}'s`,
        ),
      ];
    }),
  );
}

/** Throws one error that lists everything wrong with every environment. */
export function checkEnvironments(environments: Readonly<Record<string, Environment>>): void {
  const all = Object.entries(environments);
  const known: readonly string[] = environmentNames;
  const problems = [
    ...all.flatMap(([name, environment]) => [
      ...unless(
        known.includes(name) && environment.name === name,
        `${name}: unknown environment: there are ${known.join(' and ')}`,
      ),
      ...rules.flatMap((rule) => rule(environment).map((problem) => `${name}.${problem}`)),
    ]),
    ...betweenEnvironments(all.map(([, environment]) => environment)),
  ];
  if (problems.length > 0)
    throw new Error(`The environments cannot be synthesized:\n${problems.map((p) => `  ${p}`).join('\n')}`);
}

/** The environment of that name, or an error that says which there are. */
export function environmentNamed(
  environments: Readonly<Record<string, Environment>>,
  name: string | undefined,
): Environment {
  const environment = name === undefined ? undefined : environments[name];
  if (!environment)
    throw new Error(
      `Unknown environment ${name === undefined || name === '' ? '(none given)' : `"${name}"`}: say ENV=${environmentNames.join(' or ENV=')}`,
    );
  return environment;
}
