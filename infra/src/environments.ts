/**
 * What differs between staging and production, and nothing else: one typed record each. Every value is checked at
 * synth (environment-rules.ts). Yours to change first: account, zone, domain, repository, alarmEmails, images.
 */
export const environmentNames = ['staging', 'production'] as const;
export type EnvironmentName = (typeof environmentNames)[number];

export const imageNames = ['backend', 'prediction-api', 'workers', 'sample-function'] as const;
export type ImageName = (typeof imageNames)[number];

export type Runtime = 'ecs' | 'beanstalk';

/** Where a service runs. Moving one is these lines and docs/infrastructure.md's steps. */
export interface Placement {
  /** Has the traffic. */
  readonly runtime: Runtime;
  /** Runs it too, ready, while it is being moved. @default nowhere else */
  readonly beside?: Runtime;
}

export const runsOn = ({ runtime, beside }: Placement, wanted: Runtime): boolean =>
  runtime === wanted || beside === wanted;

export interface ServiceSize {
  /** CPU units: 1024 is one core. */
  readonly cpu: 256 | 512 | 1024 | 2048 | 4096 | 8192;
  readonly memoryMb: number;
  /** Most tasks of one colour. */
  readonly maximumTasks: number;
}

export interface Tier {
  readonly requestsPerSecond: number;
  readonly burst: number;
  readonly requestsPerMonth: number;
}

export type SparkConfig =
  | {
      readonly kind: 'serverless';
      readonly maximumVcpus: number;
      readonly maximumMemoryGb: number;
      readonly idleMinutes: number;
    }
  | {
      readonly kind: 'cluster';
      readonly primaryInstance: string;
      readonly workerInstances: readonly string[];
      /** On-demand capacity units that are always there. */
      readonly coreUnits: number;
      /** Capacity units in all, the rest of them spot. */
      readonly maximumUnits: number;
      readonly idleMinutes: number;
    }
  | {
      /** A cluster for each run. */
      readonly kind: 'transient';
      readonly primaryInstance: string;
      readonly workerInstances: readonly string[];
      /** On-demand capacity units. */
      readonly coreUnits: number;
      /** Capacity units in all, the rest of them spot. */
      readonly maximumUnits: number;
    };

export interface Environment {
  readonly name: EnvironmentName;
  /** At most 4 characters: for the names AWS keeps short. */
  readonly short: string;
  /** 12 digits. Environments that share an account share one foundation stack. */
  readonly account: string;
  readonly region: string;
  /** Deletion protection, prevent_destroy and Multi-AZ on what holds data. */
  readonly holdsRealData: boolean;
  /** The hosted zone's name, and the domain of this environment in it (or the zone itself). */
  readonly zone: string;
  readonly domain: string;
  /** `owner/name` on GitHub: the only one whose workflows may take the plan and apply roles. */
  readonly repository: string;
  readonly network: {
    readonly cidr: string;
    readonly availabilityZones: readonly [string, string, string];
    /** For what has no VPC endpoint: imports from outside AWS. */
    readonly natGateways: 0 | 1 | 3;
    /** In how many zones each interface endpoint stands. */
    readonly endpointZones: 1 | 2 | 3;
  };
  /** Image digests that new templates, functions and Beanstalk versions start from; releases move on by themselves. */
  readonly images: Readonly<Record<ImageName, string>>;
  readonly services: {
    readonly backend: ServiceSize & Placement;
    readonly 'prediction-api': ServiceSize & { readonly runtime: 'ecs' };
    readonly workers: ServiceSize & Placement;
  };
  readonly database: {
    readonly instance: string;
    readonly storageGb: number;
    readonly maximumStorageGb: number;
    readonly backupDays: number;
  };
  readonly warehouse: { readonly capacityRpus: number; readonly rpuHoursPerDay: number };
  readonly spark: SparkConfig;
  /** Hosts in the operator's own network that connections may name, as they name them. */
  readonly privateHosts: readonly string[];
  /** Requests from one address in five minutes, before the firewall holds it off. */
  readonly requestsPerAddress: number;
  readonly mail: {
    /** Who receives the domain's mail, as `10 host`; empty: nobody, and senders are told at once. */
    readonly exchangers: readonly string[];
    readonly dmarcReportsTo: string;
  };
  readonly tiers: Readonly<Record<string, Tier>>;
  /** The one of them that new API keys are put on. */
  readonly tierOfKeys: string;
  readonly logRetentionDays: number;
  readonly alarmEmails: readonly string[];
}

/** The digest of no image. Templates that are never run as they are may hold it; a plan that would run it is refused. */
export const unreleased = `sha256:${'0'.repeat(64)}`;

const unreleasedImages = {
  backend: unreleased,
  'prediction-api': unreleased,
  workers: unreleased,
  'sample-function': unreleased,
} as const;

const home = {
  account: '111111111111',
  region: 'eu-west-1',
  zone: 'foretell.example',
  repository: 'foretell/foretell',
  alarmEmails: ['operators@foretell.example'],
  privateHosts: [],
  mail: {
    exchangers: ['10 inbound-smtp.eu-west-1.amazonaws.com'],
    dmarcReportsTo: 'postmaster@foretell.example',
  },
} as const;
const availabilityZones = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'] as const;

export const environments: Readonly<Record<EnvironmentName, Environment>> = {
  staging: {
    ...home,
    name: 'staging',
    short: 'stg',
    holdsRealData: false,
    domain: 'staging.foretell.example',
    network: { cidr: '10.40.0.0/16', availabilityZones, natGateways: 1, endpointZones: 1 },
    images: unreleasedImages,
    services: {
      backend: { runtime: 'ecs', cpu: 512, memoryMb: 1024, maximumTasks: 2 },
      'prediction-api': { runtime: 'ecs', cpu: 1024, memoryMb: 2048, maximumTasks: 3 },
      workers: { runtime: 'ecs', cpu: 2048, memoryMb: 8192, maximumTasks: 3 },
    },
    database: { instance: 'db.t4g.medium', storageGb: 20, maximumStorageGb: 100, backupDays: 3 },
    warehouse: { capacityRpus: 8, rpuHoursPerDay: 16 },
    spark: { kind: 'serverless', maximumVcpus: 32, maximumMemoryGb: 256, idleMinutes: 10 },
    requestsPerAddress: 30_000,
    tiers: {
      free: { requestsPerSecond: 10, burst: 20, requestsPerMonth: 1_000_000 },
      standard: { requestsPerSecond: 100, burst: 200, requestsPerMonth: 50_000_000 },
    },
    tierOfKeys: 'standard',
    logRetentionDays: 30,
  },
  production: {
    ...home,
    name: 'production',
    short: 'prd',
    holdsRealData: true,
    domain: 'foretell.example',
    network: { cidr: '10.41.0.0/16', availabilityZones, natGateways: 3, endpointZones: 3 },
    images: unreleasedImages,
    services: {
      backend: { runtime: 'ecs', cpu: 1024, memoryMb: 2048, maximumTasks: 6 },
      'prediction-api': { runtime: 'ecs', cpu: 2048, memoryMb: 4096, maximumTasks: 30 },
      workers: { runtime: 'ecs', cpu: 4096, memoryMb: 16384, maximumTasks: 12 },
    },
    database: { instance: 'db.m7g.large', storageGb: 100, maximumStorageGb: 1000, backupDays: 30 },
    warehouse: { capacityRpus: 16, rpuHoursPerDay: 96 },
    spark: { kind: 'serverless', maximumVcpus: 256, maximumMemoryGb: 2048, idleMinutes: 15 },
    requestsPerAddress: 600_000,
    tiers: {
      free: { requestsPerSecond: 10, burst: 20, requestsPerMonth: 1_000_000 },
      standard: { requestsPerSecond: 200, burst: 400, requestsPerMonth: 100_000_000 },
      enterprise: { requestsPerSecond: 2_000, burst: 4_000, requestsPerMonth: 2_000_000_000 },
    },
    tierOfKeys: 'standard',
    logRetentionDays: 365,
  },
};
