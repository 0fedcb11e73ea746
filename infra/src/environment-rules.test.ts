import { checkEnvironments, environmentNamed } from './environment-rules.ts';
import { environments, type Environment } from './environments.ts';
import { clusterSpark } from './testing/synthesized.ts';

const problemsOf = (all: Readonly<Record<string, Environment>>): readonly string[] => {
  try {
    checkEnvironments(all);
    return [];
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
};
const staging = (change: Partial<Environment>) => ({
  ...environments,
  staging: { ...environments.staging, ...change },
});
const { network, images, services } = environments.staging;

test('the environments as they are committed are sound', () => {
  expect(problemsOf(environments)).toEqual([]);
});

test.each<[what: string, change: Partial<Environment>, problem: RegExp]>([
  [
    'a CIDR too small',
    { network: { ...network, cidr: '10.40.0.0/24' } },
    /network\.cidr: 10\.40\.0\.0\/24 is too small.*\/22/,
  ],
  [
    'a CIDR with host bits',
    { network: { ...network, cidr: '10.40.0.1/16' } },
    /network\.cidr: "10\.40\.0\.1\/16" is not an IPv4 block/,
  ],
  [
    'a public CIDR',
    { network: { ...network, cidr: '8.8.0.0/16' } },
    /network\.cidr: 8\.8\.0\.0\/16 is not in a private range/,
  ],
  [
    'a domain outside the zone',
    { domain: 'staging.other.example' },
    /domain: "staging\.other\.example" is not in the zone.*foretell\.example/,
  ],
  [
    'a domain that only ends alike',
    { domain: 'notforetell.example' },
    /domain: "notforetell\.example" is not in the zone/,
  ],
  [
    'an image by its tag',
    { images: { ...images, backend: 'v1.2.3' } },
    /images\.backend: "v1\.2\.3" is not a digest/,
  ],
  [
    'a zone of another region',
    { network: { ...network, availabilityZones: ['us-east-1a', 'eu-west-1b', 'eu-west-1c'] } },
    /us-east-1a is not in eu-west-1/,
  ],
  [
    'memory that Fargate does not pair with the CPU',
    { services: { ...services, backend: { ...services.backend, memoryMb: 5000 } } },
    /services\.backend\.memoryMb: 5000 does not go with 512/,
  ],
  [
    'a service beside itself',
    { services: { ...services, workers: { ...services.workers, beside: 'ecs' } } },
    /services\.workers\.beside: "ecs" is where it runs already/,
  ],
  ['an account that is no number', { account: 'mine' }, /account: "mine" is not 12 digits/],
  ['a retention CloudWatch does not take', { logRetentionDays: 31 }, /logRetentionDays: 31 is not one of/],
  [
    'a cluster without workers',
    { spark: { ...clusterSpark, workerInstances: [] } },
    /spark\.workerInstances: give one to five/,
  ],
  [
    'networks that overlap',
    { network: { ...network, cidr: '10.41.128.0/17' } },
    /production\.network\.cidr: 10\.41\.0\.0\/16 overlaps staging's/,
  ],
])('%s is refused with the field, the value and what would do', (_, change, problem) => {
  const problems = problemsOf(staging(change));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(problem);
});

test('everything that is wrong is said at once', () => {
  const problems = problemsOf({
    ...staging({ domain: 'elsewhere.example', images: { ...images, workers: 'latest' } }),
    production: {
      ...environments.production,
      network: { ...environments.production.network, cidr: '10.41.0.0/28' },
    },
    qa: environments.staging,
  });
  expect(problems).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^staging\.domain/),
      expect.stringMatching(/^staging\.images\.workers/),
      expect.stringMatching(/^production\.network\.cidr/),
      expect.stringMatching(/^qa: unknown environment: there are staging and production/),
    ]),
  );
});

test('an environment is found by its name, and an unknown one is answered with those there are', () => {
  expect(environmentNamed(environments, 'staging').name).toBe('staging');
  expect(() => environmentNamed(environments, 'qa')).toThrow(
    'Unknown environment "qa": say ENV=staging or ENV=production',
  );
  expect(() => environmentNamed(environments, undefined)).toThrow('(none given)');
});
