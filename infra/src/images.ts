import { repositoryName } from '@foretell/core/contracts/release-names';
import type { Environment, ImageName } from './environments.ts';
import type { Grantee } from './constructs/role.ts';

/** An image by its digest, and the repository it may be pulled from. */
export interface Image {
  readonly uri: string;
  readonly repositoryArn: string;
}

export function imageOf(
  { images, region, account }: Environment,
  repositoryUrls: Readonly<Record<ImageName, string>>,
  name: ImageName,
): Image {
  return {
    uri: `${repositoryUrls[name]}@${images[name]}`,
    repositoryArn: `arn:aws:ecr:${region}:${account}:repository/${repositoryName(name)}`,
  };
}

export function grantPull({ repositoryArn }: Image, grantee: Grantee): void {
  grantee.allow(
    {
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      resources: [repositoryArn],
    },
    // A token is for the whole registry: the call has no resource to name.
    { sid: 'RegistryToken', actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
  );
}
