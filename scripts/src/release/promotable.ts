import { shortCommit, shortDigest, type VerifiedRelease } from './ledger.ts';

/**
 * Why what staging verified may not go to production; none: it may. `tagged` is what production's registry has under the
 * commit, `asked` the commit that the operator named.
 */
export function promotable(
  release: VerifiedRelease,
  tagged: Readonly<Record<string, string>>,
  asked: string | null,
): readonly string[] {
  const reasons = Object.entries(release.images).flatMap(([image, digest]) =>
    tagged[image] === digest
      ? []
      : [
          `${image}: staging verified ${shortDigest(digest)}, and the registry has ${shortDigest(tagged[image] ?? 'none')}`,
        ],
  );
  if (asked !== null && asked !== release.commit)
    reasons.push(
      `commit ${shortCommit(asked)} is not what staging verified last, which is ${shortCommit(release.commit)} (${release.release})`,
    );
  return reasons;
}
