import { DeleteObjectsCommand, type ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { clearPrefix } from './clear-prefix.ts';

/** A bucket that lists a page of 1,000 at a time, and keeps what is in `kept` whoever deletes it. */
function bucketOf(keys: readonly string[], kept: ReadonlySet<string> = new Set()) {
  const objects = new Set(keys);
  const send = (command: ListObjectsV2Command | DeleteObjectsCommand) => {
    if (command instanceof DeleteObjectsCommand) {
      const asked = (command.input.Delete?.Objects ?? []).map(({ Key }) => Key ?? '');
      for (const key of asked) if (!kept.has(key)) objects.delete(key);
      const refused = asked.filter((key) => kept.has(key));
      return Promise.resolve({ Errors: refused.map((Key) => ({ Key, Message: 'Access Denied' })) });
    }
    const { Prefix = '' } = command.input;
    const found = [...objects].filter((key) => key.startsWith(Prefix)).slice(0, 1000);
    return Promise.resolve({ Contents: found.map((Key) => ({ Key })) });
  };
  return { s3: { send } as unknown as S3Client, objects };
}

test('a folder of more than a page goes whole, and nothing beside it', async () => {
  const inside = Array.from({ length: 2345 }, (_, i) => `models/1/part-${i}`);
  const { s3, objects } = bucketOf([...inside, 'models/10/part-0', 'models/1']);
  expect(await clearPrefix(s3, 'lake', 'models/1/')).toBe(2345);
  expect([...objects]).toEqual(['models/10/part-0', 'models/1']);
  expect(await clearPrefix(s3, 'lake', 'models/1/')).toBe(0);
});

test('an object that S3 keeps is an error that names it, not a loop', async () => {
  const { s3 } = bucketOf(['models/1/a', 'models/1/b'], new Set(['models/1/b']));
  await expect(clearPrefix(s3, 'lake', 'models/1/')).rejects.toThrow('models/1/b: Access Denied');
});

test('what is no folder is refused, and a drained worker stops between pages', async () => {
  const { s3, objects } = bucketOf(['models/1/a', 'models/12/a']);
  await expect(clearPrefix(s3, 'lake', 'models/1')).rejects.toThrow('models/1 is no folder');
  await expect(clearPrefix(s3, 'lake', 'models/1/', AbortSignal.abort())).rejects.toThrow('aborted');
  expect(objects.size).toBe(2);
});
