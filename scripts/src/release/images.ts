import { ImageNotFoundException, ScanNotFoundException, type ImageScanFinding } from '@aws-sdk/client-ecr';
import { repositoryName } from '@foretell/core/contracts/release-names';
import type { Aws } from './aws-calls.ts';
import { ReleaseError } from './errors.ts';
import { scanProblems, type Waiver } from './scan-gate.ts';
import { until } from './wait-for.ts';

/** The digest that a commit's tag names: tags never move, so it is the same for good. */
async function digestOfCommit(aws: Aws, image: string, commit: string): Promise<string> {
  const digest = await knownDigest(aws, image, { imageTag: commit });
  if (digest === null)
    throw new ReleaseError(
      'image',
      `ECR has no ${repositoryName(image)} of commit ${commit}: make build, make push, and try again`,
    );
  return digest;
}

/** The digest that a registry has under a tag or a digest; null when it has none. */
export async function knownDigest(
  aws: Aws,
  image: string,
  id: { readonly imageTag: string } | { readonly imageDigest: string },
): Promise<string | null> {
  try {
    const { imageDetails = [] } = await aws('ecr:DescribeImages', {
      repositoryName: repositoryName(image),
      imageIds: [id],
    });
    return imageDetails[0]?.imageDigest ?? null;
  } catch (error) {
    if (error instanceof ImageNotFoundException) return null;
    throw error;
  }
}

/** Every image of a commit, by its digest. */
export async function imagesOfCommit(
  aws: Aws,
  images: readonly string[],
  commit: string,
): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries(
    await Promise.all(
      images.map(async (image) => [image, await digestOfCommit(aws, image, commit)] as const),
    ),
  );
}

async function findingsOf(
  aws: Aws,
  image: string,
  imageDigest: string,
): Promise<readonly ImageScanFinding[]> {
  const findings: ImageScanFinding[] = [];
  let nextToken: string | undefined;
  do {
    const page = await aws('ecr:DescribeImageScanFindings', {
      repositoryName: repositoryName(image),
      imageId: { imageDigest },
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    const status = page.imageScanStatus?.status;
    if (status !== 'COMPLETE')
      throw new ReleaseError(
        'image',
        `The scan of ${image} is ${status ?? 'unknown'} (${page.imageScanStatus?.description ?? 'no more is said'}): without a result nothing is released`,
      );
    findings.push(...(page.imageScanFindings?.findings ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return findings;
}

/** Ends once the scan of each image has a result, whatever it is: a push begins the scans, and no release goes before them. */
export async function waitForScans(
  aws: Aws,
  images: Readonly<Record<string, string>>,
  deps: Parameters<typeof until>[2],
): Promise<void> {
  for (const [image, imageDigest] of Object.entries(images))
    await until(() => scanUnderWay(aws, image, imageDigest), 'A scan has no result', deps, 'image');
}

async function scanUnderWay(aws: Aws, image: string, imageDigest: string): Promise<string | null> {
  try {
    const { imageScanStatus } = await aws('ecr:DescribeImageScanFindings', {
      repositoryName: repositoryName(image),
      imageId: { imageDigest },
    });
    const status = imageScanStatus?.status;
    return status === 'IN_PROGRESS' || status === 'PENDING' ? `the scan of ${image} is ${status}` : null;
  } catch (error) {
    if (error instanceof ScanNotFoundException) return `the scan of ${image} has not begun`;
    throw error;
  }
}

/** Each image is there, byte for byte, and was scanned with nothing that stops it; or one error that lists what is not so. */
export async function checkImages(
  aws: Aws,
  images: Readonly<Record<string, string>>,
  waivers: readonly Waiver[],
  today: string,
): Promise<void> {
  const problems = await Promise.all(
    Object.entries(images).map(async ([image, digest]) => {
      if ((await knownDigest(aws, image, { imageDigest: digest })) !== digest)
        return [`ECR has no ${repositoryName(image)}@${digest}`];
      try {
        return scanProblems(image, await findingsOf(aws, image, digest), waivers, today);
      } catch (error) {
        if (error instanceof ScanNotFoundException)
          return [`${image} was not scanned: without a result nothing is released`];
        if (error instanceof ReleaseError) return [error.message];
        throw error;
      }
    }),
  );
  const all = problems.flat();
  if (all.length > 0)
    throw new ReleaseError(
      'image',
      `The images are not let through:\n${all.map((each) => `  ${each}`).join('\n')}`,
    );
}
