import { ImageNotFoundException, ScanNotFoundException } from '@aws-sdk/client-ecr';
import { repositoryName } from '@foretell/core/contracts/release-names';
import type { Api, Aws } from '../aws-calls.ts';
import type { Answers } from './fake-answers.ts';
import { balancing } from './fake-balancing.ts';
import { ecs } from './fake-ecs.ts';
import { table } from './fake-table.ts';
import type { FakeWorld } from './fake-world.ts';

const imageOf = (repository = '') => repository.replace(repositoryName(''), '');

function registry(world: FakeWorld): Answers {
  return {
    'ecr:DescribeRepositories': ({ repositoryNames = [] }) => ({
      repositories: repositoryNames.map((repositoryName) => ({
        repositoryName,
        repositoryUri: repositoryName,
      })),
    }),
    'ecr:DescribeImages': ({ repositoryName: repository, imageIds = [] }) => {
      const [id] = imageIds;
      const found = world.images.get(
        `${imageOf(repository)}${id?.imageTag === undefined ? `@${id?.imageDigest ?? ''}` : `:${id.imageTag}`}`,
      );
      if (!found) throw new ImageNotFoundException({ message: 'no such image', $metadata: {} });
      return { imageDetails: [{ imageDigest: found.digest }] };
    },
    'ecr:DescribeImageScanFindings': ({ repositoryName: repository, imageId }) => {
      const findings =
        world.images.get(`${imageOf(repository)}@${imageId?.imageDigest ?? ''}`)?.findings ?? null;
      if (!findings) throw new ScanNotFoundException({ message: 'no scan', $metadata: {} });
      return { imageScanStatus: { status: 'COMPLETE' }, imageScanFindings: { findings } };
    },
  };
}

function others(world: FakeWorld): Answers {
  return {
    'application-autoscaling:DescribeScalableTargets': ({ ResourceIds = [] }) => ({
      ScalableTargets: ResourceIds.map((ResourceId) => ({
        ResourceId,
        MinCapacity: world.services.get(ResourceId.split('/')[2] ?? '')?.minimum ?? 0,
      })),
    }),
    'application-autoscaling:RegisterScalableTarget': ({ ResourceId = '', MinCapacity = 0 }) => {
      const service = world.services.get(ResourceId.split('/')[2] ?? '');
      if (service) service.minimum = MinCapacity;
      return {};
    },
    'cloudwatch:DescribeAlarms': ({ AlarmNamePrefix = '' }) => ({
      MetricAlarms: world.alarms
        .filter(({ name }) => name.startsWith(AlarmNamePrefix))
        .map(({ name, since }) => ({ AlarmName: name, StateTransitionedTimestamp: since })),
    }),
    'lambda:GetFunction': () => ({
      Code: { ImageUri: world.functionImage },
      Configuration: { LastUpdateStatus: 'Successful' },
    }),
    'lambda:UpdateFunctionCode': ({ ImageUri = '' }) => {
      world.functionImage = ImageUri;
      return {};
    },
    'ssm:GetParameters': ({ Names = [] }) => ({
      Parameters: Names.map((Name) => ({ Name, Value: world.parameters.get(Name) })),
    }),
    'ssm:PutParameter': ({ Name = '', Value = '' }) => {
      world.parameters.set(Name, Value);
      return {};
    },
  };
}

/** What a killed process gets of AWS: nothing any more. */
export class Killed extends Error {}

const reading = /:(Describe|Get|Query|Filter)/;

export interface FakeAws {
  readonly aws: Aws;
  /** The calls that change something, in their order. */
  readonly writes: readonly { readonly api: Api; readonly input: unknown }[];
}

/** AWS for one run of the tool, which is killed right after its `killAfter`-th write took effect. */
export function fakeAws(
  world: FakeWorld,
  { killAfter = Infinity, onWrite = () => {} }: { killAfter?: number; onWrite?: (api: Api) => void } = {},
): FakeAws {
  const answers: Answers = {
    ...ecs(world),
    ...balancing(world),
    ...registry(world),
    ...table(world),
    ...others(world),
  };
  const writes: { api: Api; input: unknown }[] = [];
  const aws: Aws = (api, input) => {
    if (writes.length >= killAfter) return Promise.reject(new Killed());
    const answer = answers[api] as ((given: unknown) => unknown) | undefined;
    if (!answer) return Promise.reject(new Error(`the fake has no ${api}`));
    try {
      world.at += 10;
      const output = answer(structuredClone(input));
      if (!reading.test(api)) {
        writes.push({ api, input });
        onWrite(api);
        if (writes.length >= killAfter) return Promise.reject(new Killed());
      }
      return Promise.resolve(structuredClone(output) as never);
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return { aws, writes };
}
