import { bytesOfPart, partBytes } from '@foretell/core/contracts/control-api/multipart-uploads';
import { uploadKey } from '@foretell/core/domain/lake-keys';
import { startAwsWithResources } from '@foretell/local/testing/aws-resources';
import { databaseEngines } from '@foretell/local/testing/test-databases';
import { uploads } from '../../db/data.ts';
import { updateRows } from '../../db/rows.ts';
import { signUp } from '../../testing/sample-workspace.ts';
import { startTestBackend, type TestBackend } from '../../testing/start-test-backend.ts';

let backend: TestBackend;
let owner: Awaited<ReturnType<typeof signUp>>;
let stop: () => Promise<void>;
beforeAll(async () => {
  const [aws, database] = [await startAwsWithResources(), await databaseEngines[0]!.start()];
  backend = await startTestBackend(aws.environment, database.url);
  owner = await signUp(backend);
  stop = async () => {
    await backend.stop();
    await database.stop();
    await aws.stop();
  };
});
afterAll(() => stop());

const tail = 1000;
const bytes = partBytes + tail;
const file = Buffer.alloc(bytes, 'flights,');

const call = (operationId: string, id: string, body?: object) =>
  backend.client.call(operationId, { token: owner.token, params: { id }, body });
async function begin(): Promise<string> {
  const body = { filename: 'flights.csv', bytes };
  return (await backend.client.call('createMultipartUpload', { token: owner.token, body })).body.upload;
}
async function put(id: string, part: number, content: Uint8Array<ArrayBuffer>): Promise<number> {
  const [signed] = (await call('signUploadParts', id, { parts: [part] })).body.parts;
  return (await fetch(signed.url, { method: 'PUT', body: content })).status;
}
const contentOf = (part: number) =>
  file.subarray((part - 1) * partBytes, (part - 1) * partBytes + bytesOfPart(bytes, part));

test('the parts, sent in any order and one of them twice, become the file', async () => {
  const id = await begin();
  expect(await put(id, 2, contentOf(2).fill('x'))).toBe(200);
  contentOf(2).fill('flights,');
  for (const part of [2, 1]) expect(await put(id, part, contentOf(part))).toBe(200);
  const whole = { status: 200, body: { upload: id, bytes } };
  expect(await call('completeMultipartUpload', id)).toMatchObject(whole);
  expect(await call('completeMultipartUpload', id)).toMatchObject(whole);
  const key = uploadKey(owner.workspace, id);
  expect(Buffer.from((await backend.lake.get(key)).body).equals(file)).toBe(true);
  expect(await call('abortMultipartUpload', id)).toMatchObject({ status: 409 });
  const body = { name: 'flights', source: { kind: 'upload', upload: id } };
  expect(await backend.client.call('createDataset', { token: owner.token, body })).toMatchObject({
    status: 202,
  });
});

test('a part that has not come is named, and nothing is made of the others', async () => {
  const id = await begin();
  await put(id, 1, contentOf(1));
  const refused = await call('completeMultipartUpload', id);
  expect([refused.status, refused.body.detail]).toEqual([409, 'Part 2 of 2 has not come.']);
  expect(await backend.lake.size(uploadKey(owner.workspace, id))).toBeNull();
});

test('a part takes exactly its bytes, and there are no parts but those of the file', async () => {
  const id = await begin();
  expect(await put(id, 2, file.subarray(0, tail - 1))).toBe(403);
  const refused = await call('signUploadParts', id, { parts: [2, 3] });
  expect([refused.status, refused.body.errors]).toMatchObject([
    422,
    [{ field: 'parts.1', code: 'no_such_part', detail: 'There is no part 3: the file has 2 parts.' }],
  ]);
});

test('a part that the store let through with other bytes is refused at the end', async () => {
  const id = await begin();
  await put(id, 1, contentOf(1));
  await put(id, 2, contentOf(2));
  await backend.database.write((tx) => updateRows(tx, uploads, { id }, { bytes: bytes + 1 }));
  const refused = await call('completeMultipartUpload', id);
  expect([refused.status, refused.body.detail]).toEqual([
    409,
    `Part 2 has ${tail} bytes; it must have ${tail + 1}. Send it again.`,
  ]);
});

test('a stopped upload has no parts left, and stopping it again is as well', async () => {
  const id = await begin();
  await put(id, 1, contentOf(1));
  for (let times = 0; times < 2; times++) expect((await call('abortMultipartUpload', id)).status).toBe(204);
  expect(await put(id, 2, contentOf(2))).toBe(404);
  const refused = await call('completeMultipartUpload', id);
  expect([refused.status, refused.body.detail]).toMatchObject([409, expect.stringContaining('was stopped')]);
});

test('no more URLs are given once the upload has ended', async () => {
  const id = await begin();
  const expiresAt = new Date(Date.now() - 1000).toISOString();
  await backend.database.write((tx) => updateRows(tx, uploads, { id }, { expiresAt }));
  expect((await call('signUploadParts', id, { parts: [1] })).status).toBe(409);
});

test('an upload by one PUT is none by parts', async () => {
  const body = { filename: 'flights.csv', bytes };
  const { upload } = (await backend.client.call('createUpload', { token: owner.token, body })).body;
  expect((await call('completeMultipartUpload', upload)).status).toBe(404);
});

test('a file larger than a worker can hold is refused before anything is sent', async () => {
  const body = { filename: 'flights.csv', bytes: 17 * 1024 ** 3 };
  const refused = await backend.client.call('createMultipartUpload', { token: owner.token, body });
  expect([refused.status, refused.body.errors[0].field]).toEqual([422, 'bytes']);
});
