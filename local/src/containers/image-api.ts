import {
  DescribeImageScanFindings$,
  DescribeImages$,
  DescribeRepositories$,
  GetAuthorizationToken$,
  type DescribeImageScanFindingsRequest,
  type DescribeImagesRequest,
  type DescribeRepositoriesRequest,
  type ImageIdentifier,
  type ImageScanFinding,
} from '@aws-sdk/client-ecr';
import { operation, type Operation } from '../aws-api/aws-api.ts';
import { AwsError } from '../aws-api/aws-error.ts';
import { arnMaker } from './cloud.ts';
import type { Registry } from './registry.ts';

/** What a scan of an image found; null as long as there is no result. */
export type Scan = readonly ImageScanFinding[] | null;

export interface ImageApiDeps {
  readonly registry: Registry;
  readonly repositories: readonly string[];
  readonly account: string;
  readonly region: string;
  readonly scanOf: (digest: string) => Scan;
}

/** ECR's calls over a real registry. */
export function imageOperations(deps: ImageApiDeps): readonly Operation[] {
  const { registry, repositories, account, region } = deps;
  const known = (name = '') => {
    if (!repositories.includes(name))
      throw new AwsError(
        'RepositoryNotFoundException',
        `The repository with name '${name}' does not exist in the registry with id '${account}'`,
      );
    return name;
  };
  const describe = (name: string) => ({
    repositoryName: name,
    repositoryArn: arnMaker(region, account)('ecr', 'repository', name),
    registryId: account,
    repositoryUri: `${registry.host}/${name}`,
    imageTagMutability: 'IMMUTABLE',
  });
  const imageOf = async (repository: string, { imageDigest, imageTag }: ImageIdentifier) => {
    const digest = await registry.digestOf(repository, imageDigest ?? imageTag ?? '');
    if (!digest)
      throw new AwsError(
        'ImageNotFoundException',
        `The image with imageId ${imageDigest ?? imageTag ?? ''} does not exist within the repository`,
      );
    const tags = await registry.tagsOf(repository);
    const own = await Promise.all(
      tags.map(async (tag) => ((await registry.digestOf(repository, tag)) === digest ? [tag] : [])),
    );
    return { repositoryName: repository, registryId: account, imageDigest: digest, imageTags: own.flat() };
  };
  return [
    operation('ecr', GetAuthorizationToken$, () => ({
      authorizationData: [
        {
          authorizationToken: Buffer.from('AWS:loopback').toString('base64'),
          expiresAt: new Date(Date.now() + 12 * 3_600_000),
          proxyEndpoint: `http://${registry.host}`,
        },
      ],
    })),
    operation('ecr', DescribeRepositories$, ({ repositoryNames }: DescribeRepositoriesRequest) => ({
      repositories: (repositoryNames?.map(known) ?? repositories).map(describe),
    })),
    operation('ecr', DescribeImages$, async ({ repositoryName, imageIds = [] }: DescribeImagesRequest) => {
      const name = known(repositoryName);
      return { imageDetails: await Promise.all(imageIds.map((id) => imageOf(name, id))) };
    }),
    operation(
      'ecr',
      DescribeImageScanFindings$,
      async ({ repositoryName, imageId = {} }: DescribeImageScanFindingsRequest) => {
        const { imageDigest } = await imageOf(known(repositoryName), imageId);
        const findings = deps.scanOf(imageDigest);
        if (!findings)
          throw new AwsError(
            'ScanNotFoundException',
            `Image scan does not exist for the image with '${imageDigest}'`,
          );
        return {
          repositoryName,
          imageId: { imageDigest },
          imageScanStatus: { status: 'COMPLETE', description: 'The scan was completed successfully.' },
          imageScanFindings: { findings: [...findings], findingSeverityCounts: countBySeverity(findings) },
        };
      },
    ),
  ];
}

function countBySeverity(findings: readonly ImageScanFinding[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { severity = 'UNDEFINED' } of findings) counts[severity] = (counts[severity] ?? 0) + 1;
  return counts;
}
