import { S3ServiceException, type S3Client } from '@aws-sdk/client-s3';
import { createLake } from './lake.ts';

/** An S3 that answers each PUT with the next of these statuses. */
function answering(...statuses: number[]) {
  const asked: unknown[] = [];
  const send = (command: unknown) => {
    asked.push(command);
    const status = statuses.shift() ?? 200;
    if (status === 200) return Promise.resolve({});
    const $metadata = { httpStatusCode: status };
    return Promise.reject(
      new S3ServiceException({ name: String(status), $fault: 'client', $metadata, message: String(status) }),
    );
  };
  return { lake: createLake({ send } as unknown as S3Client, 'bucket'), asked };
}

test('a put that meets another write of its key waits and asks again, and says what came of it', async () => {
  const won = answering(409, 409, 200);
  expect(await won.lake.putNew('key', 'body')).toBe(true);
  expect(won.asked).toHaveLength(3);
  const lost = answering(409, 412);
  expect(await lost.lake.putNew('key', 'body')).toBe(false);
  const replaced = answering(409, 200);
  expect(await replaced.lake.replace('key', 'body', 'etag')).toBe(true);
});

test('a key that is written without end is an error after five attempts', async () => {
  const busy = answering(409, 409, 409, 409, 409, 200);
  await expect(busy.lake.putNew('key', 'body')).rejects.toThrow('409');
  expect(busy.asked).toHaveLength(5);
});

test('what S3 refuses for another reason is not asked again', async () => {
  const denied = answering(403, 200);
  await expect(denied.lake.putNew('key', 'body')).rejects.toThrow('403');
  expect(denied.asked).toHaveLength(1);
});
