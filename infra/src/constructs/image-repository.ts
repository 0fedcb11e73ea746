import { Construct, EcrLifecyclePolicy, EcrRepository } from '../cdktf.ts';

export interface ImageRepositoryProps {
  readonly name: string;
  readonly keyArn: string;
}

const untaggedDays = 7;
/** Far more than any rollback goes back. */
const taggedImages = 200;

/** Images of one service: a tag never moves, every push is scanned, old ones go. */
export class ImageRepository extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, { name, keyArn }: ImageRepositoryProps) {
    super(scope, id);
    const repository = new EcrRepository(this, 'repository', {
      name,
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: 'KMS', kmsKey: keyArn }],
      lifecycle: { preventDestroy: true },
    });
    new EcrLifecyclePolicy(this, 'lifecycle', {
      repository: repository.name,
      policy: JSON.stringify({
        rules: [
          {
            rulePriority: 1,
            description: `Untagged images go after ${untaggedDays} days`,
            selection: {
              tagStatus: 'untagged',
              countType: 'sinceImagePushed',
              countUnit: 'days',
              countNumber: untaggedDays,
            },
            action: { type: 'expire' },
          },
          {
            rulePriority: 2,
            description: `The newest ${taggedImages} images stay`,
            selection: {
              tagStatus: 'tagged',
              tagPatternList: ['*'],
              countType: 'imageCountMoreThan',
              countNumber: taggedImages,
            },
            action: { type: 'expire' },
          },
        ],
      }),
    });
    this.url = repository.repositoryUrl;
  }
}
