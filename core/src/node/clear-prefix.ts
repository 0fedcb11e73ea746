import { DeleteObjectsCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';

/**
 * Deletes every object of `bucket` whose key begins with `prefix`, a page (1,000) at a time, and answers how many there
 * were. Throws when S3 keeps one; what is gone by then stays gone, and the next call goes on with the rest.
 */
export async function clearPrefix(
  s3: S3Client,
  bucket: string,
  prefix: string,
  signal?: AbortSignal,
): Promise<number> {
  if (!prefix.endsWith('/')) throw new Error(`${prefix} is no folder: its neighbours would go with it`);
  let cleared = 0;
  for (;;) {
    signal?.throwIfAborted();
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
    if (Contents.length === 0) return cleared;
    const Objects = Contents.map(({ Key }) => ({ Key }));
    const answer = await s3.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
    );
    const [kept] = answer.Errors ?? [];
    if (kept)
      throw new Error(`S3 keeps ${kept.Key ?? prefix}: ${kept.Message ?? kept.Code ?? 'no reason given'}`);
    cleared += Objects.length;
  }
}
