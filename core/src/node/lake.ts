import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3ServiceException,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { z } from 'zod';
import { DomainError } from '../domain/errors.ts';
import { clearPrefix } from './clear-prefix.ts';

const putAttempts = 5;

export interface StoredObject {
  body: Uint8Array;
  etag: string;
}

/** The lake: one bucket, whole objects, nothing overwritten but through `replace` with the ETag it was read with. */
export interface Lake {
  readonly bucket: string;
  /** Throws `not_found` when there is no such object. */
  get(key: string): Promise<StoredObject>;
  /** Null when the object still has `etag`. Throws `not_found`. */
  getIfChanged(key: string, etag: string | null): Promise<StoredObject | null>;
  getRange(key: string, start: number, endInclusive: number): Promise<Uint8Array>;
  getJson<S extends z.ZodType>(key: string, schema: S): Promise<z.output<S>>;
  /** Writes an object that does not exist yet; false when it exists already (with `If-None-Match: *`). */
  putNew(key: string, body: Uint8Array | string, contentType?: string): Promise<boolean>;
  /** Replaces the object that was read with `etag` (null: there was none); false when another writer was first. */
  replace(key: string, body: string, etag: string | null): Promise<boolean>;
  /** Bytes, or null when there is no such object. */
  size(key: string): Promise<number | null>;
  delete(key: string): Promise<void>;
  /** Deletes all there is under `folder`, which ends in `/`, and answers how many objects that were. */
  clear(folder: string, signal?: AbortSignal): Promise<number>;
  /** Every key that begins with `prefix` and comes after `startAfter`, in order. */
  list(prefix: string, startAfter?: string): Promise<string[]>;
}

function isStatus(error: unknown, ...statuses: number[]): boolean {
  return error instanceof S3ServiceException && statuses.includes(error.$metadata.httpStatusCode ?? 0);
}

export function createLake(s3: S3Client, bucket: string): Lake {
  async function getIfChanged(key: string, etag: string | null): Promise<StoredObject | null> {
    try {
      const output = await s3.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, ...(etag === null ? {} : { IfNoneMatch: etag }) }),
      );
      if (!output.Body) throw new Error(`S3 answered ${key} without a body`);
      return { body: await output.Body.transformToByteArray(), etag: output.ETag ?? '' };
    } catch (error) {
      if (isStatus(error, 304)) return null;
      if (isStatus(error, 404))
        throw new DomainError('not_found', `There is no object ${key}.`, { cause: error });
      throw error;
    }
  }

  async function get(key: string): Promise<StoredObject> {
    const object = await getIfChanged(key, null);
    if (!object) throw new Error(`S3 answered 304 to an unconditional GET of ${key}`);
    return object;
  }

  async function putIf(
    key: string,
    body: Uint8Array | string,
    contentType: string | undefined,
    condition: object,
    attempt = 1,
  ): Promise<boolean> {
    try {
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: body,
          ContentType:
            contentType ?? (key.endsWith('.json') ? 'application/json' : 'application/octet-stream'),
          ...condition,
        }),
      );
      return true;
    } catch (error) {
      if (isStatus(error, 412)) return false;
      // Another write of the key is under way and may yet fail: only the next attempt knows.
      if (!isStatus(error, 409) || attempt >= putAttempts) throw error;
      await sleep(50 * 2 ** attempt);
      return putIf(key, body, contentType, condition, attempt + 1);
    }
  }

  return {
    bucket,
    get,
    getIfChanged,
    async getRange(key, start, endInclusive) {
      const output = await s3.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, Range: `bytes=${start}-${endInclusive}` }),
      );
      if (!output.Body) throw new Error(`S3 answered ${key} without a body`);
      return output.Body.transformToByteArray();
    },
    async getJson(key, schema) {
      const { body } = await get(key);
      return schema.parse(JSON.parse(new TextDecoder().decode(body)));
    },
    putNew: (key, body, contentType) => putIf(key, body, contentType, { IfNoneMatch: '*' }),
    replace: (key, body, etag) =>
      putIf(key, body, 'application/json', etag === null ? { IfNoneMatch: '*' } : { IfMatch: etag }),
    async size(key) {
      try {
        const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
        return head.ContentLength ?? 0;
      } catch (error) {
        if (isStatus(error, 404)) return null;
        throw error;
      }
    },
    async delete(key) {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
    clear: (folder, signal) => clearPrefix(s3, bucket, folder, signal),
    async list(prefix, startAfter) {
      const keys: string[] = [];
      let token: string | undefined;
      do {
        const from = token === undefined ? { StartAfter: startAfter } : { ContinuationToken: token };
        const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...from }));
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key);
        token = page.NextContinuationToken;
      } while (token !== undefined);
      return keys;
    },
  };
}
