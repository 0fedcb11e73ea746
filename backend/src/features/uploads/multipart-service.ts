import { bytesOfPart, partBytes, partsOf } from '@foretell/core/contracts/control-api/multipart-uploads';
import { DomainError } from '@foretell/core/domain/errors';
import { uploadKey } from '@foretell/core/domain/lake-keys';
import type { Lake } from '@foretell/core/node/lake';
import { newId } from '@foretell/core/node/new-id';
import { IsNull, Not } from 'typeorm';
import { uploads, type UploadRow } from '../../db/data.ts';
import type { Database } from '../../db/database.ts';
import { insertRows } from '../../db/rows.ts';
import type { Caller } from '../../http/route.ts';
import { owned } from '../owned.ts';
import type { MultipartStore, StoredPart } from './multipart-store.ts';

const uploadSeconds = 24 * 3600;
const partSeconds = 3600;

const inSeconds = (from: number, seconds: number) => new Date(from + seconds * 1000).toISOString();
const gone = () =>
  new DomainError('conflict', 'The upload was stopped: its parts are gone. Begin another upload.');

type ByParts = UploadRow & { multipartId: string };

/** What is wrong with the parts that came, or null when they are the whole file. */
function flaw(bytes: number, came: readonly StoredPart[]): string | null {
  const sizes = new Map(came.map((one) => [one.part, one.bytes]));
  for (let part = 1; part <= partsOf(bytes); part++) {
    const [size, wanted] = [sizes.get(part), bytesOfPart(bytes, part)];
    if (size === undefined) return `Part ${part} of ${partsOf(bytes)} has not come.`;
    if (size !== wanted) return `Part ${part} has ${size} bytes; it must have ${wanted}. Send it again.`;
  }
  return null;
}

/** Files too large for one PUT, or for sending all of them again: by parts straight to the lake. */
export function createMultipartUploadService(database: Database, lake: Lake, store: MultipartStore) {
  async function find({ workspace }: Caller, id: string): Promise<ByParts> {
    const row = await database.read.findOneBy(uploads, { id, multipartId: Not(IsNull()) });
    return owned(row as ByParts | null, workspace, 'upload by parts');
  }
  const isWhole = async ({ key, bytes }: UploadRow) => (await lake.size(key)) === bytes;

  return {
    async create({ workspace }: Caller, { filename, bytes }: { filename: string; bytes: number }) {
      const [id, at] = [newId(), Date.now()];
      const key = uploadKey(workspace, id);
      const row: UploadRow = {
        id,
        workspace,
        filename,
        bytes,
        key,
        multipartId: await store.begin(key),
        createdAt: new Date(at).toISOString(),
        expiresAt: inSeconds(at, uploadSeconds),
      };
      await database.write((tx) => insertRows(tx, uploads, row));
      return { upload: id, parts: partsOf(bytes), partBytes, expiresAt: row.expiresAt };
    },

    async sign(caller: Caller, id: string, parts: readonly number[]) {
      const { key, bytes, multipartId, expiresAt } = await find(caller, id);
      const now = Date.now();
      if (Date.parse(expiresAt) <= now)
        throw new DomainError('conflict', `The upload ended at ${expiresAt}. Begin another upload.`);
      const problems = parts.flatMap((part, i) => {
        const detail = `There is no part ${part}: the file has ${partsOf(bytes)} parts.`;
        return part > partsOf(bytes) ? [{ field: `parts.${i}`, code: 'no_such_part', detail }] : [];
      });
      if (problems[0]) throw new DomainError('invalid', problems[0].detail, { problems });
      const signed = parts.map(async (part) => {
        const size = bytesOfPart(bytes, part);
        return { part, bytes: size, url: await store.sign(key, multipartId, part, size, partSeconds) };
      });
      return { parts: await Promise.all(signed), expiresAt: inSeconds(now, partSeconds) };
    },

    /** Once whole, it stays so: to complete it again changes nothing. */
    async complete(caller: Caller, id: string) {
      const row = await find(caller, id);
      const { key, bytes, multipartId } = row;
      const whole = { upload: id, bytes };
      if (await isWhole(row)) return whole;
      const came = await store.parts(key, multipartId);
      if (!came) throw gone();
      const wrong = flaw(bytes, came);
      if (wrong !== null) throw new DomainError('conflict', wrong);
      const completed = await store.complete(key, multipartId, came);
      // Another request may have completed it, or stopped it, meanwhile.
      if (!completed && !(await isWhole(row))) throw gone();
      return whole;
    },

    async abort(caller: Caller, id: string): Promise<void> {
      const row = await find(caller, id);
      if (await isWhole(row))
        throw new DomainError('conflict', 'The upload is complete: there is nothing to stop.');
      await store.abort(row.key, row.multipartId);
    },
  };
}
export type MultipartUploadService = ReturnType<typeof createMultipartUploadService>;
