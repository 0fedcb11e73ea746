import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { uploadKey } from '@foretell/core/domain/lake-keys';
import { newId } from '@foretell/core/node/new-id';
import { uploads, type UploadRow } from '../../db/data.ts';
import type { Database } from '../../db/database.ts';
import { insertRows } from '../../db/rows.ts';
import type { Caller } from '../../http/route.ts';

const expiresInSeconds = 3600;

export interface UploadSigner {
  /** A URL that takes exactly `bytes` bytes, once signed, for an hour. */
  sign(key: string, bytes: number): Promise<string>;
  /** Where such URLs point: what a browser must be allowed to connect to. */
  origin(): Promise<string>;
}

/** Its own client: with the SDK's default, a presigned PUT would demand the checksum of an empty body. */
export function createUploadSigner(bucket: string, forcePathStyle: boolean): UploadSigner {
  const s3 = new S3Client({ forcePathStyle, requestChecksumCalculation: 'WHEN_REQUIRED' });
  const sign = (key: string, bytes: number) =>
    getSignedUrl(s3, new PutObjectCommand({ Bucket: bucket, Key: key, ContentLength: bytes }), {
      expiresIn: expiresInSeconds,
      signableHeaders: new Set(['content-length']),
    });
  return { sign, origin: async () => new URL(await sign('origin', 1)).origin };
}

/** Files come straight to the lake by presigned URLs, past the backend. */
export function createUploadService(database: Database, signer: UploadSigner) {
  return {
    async create({ workspace }: Caller, { filename, bytes }: { filename: string; bytes: number }) {
      const id = newId();
      const at = Date.now();
      const row: UploadRow = {
        id,
        workspace,
        filename,
        bytes,
        key: uploadKey(workspace, id),
        multipartId: null,
        createdAt: new Date(at).toISOString(),
        expiresAt: new Date(at + expiresInSeconds * 1000).toISOString(),
      };
      const url = await signer.sign(row.key, bytes);
      await database.write((tx) => insertRows(tx, uploads, row));
      return { upload: id, url, method: 'PUT' as const, headers: {}, expiresAt: row.expiresAt };
    },
  };
}
export type UploadService = ReturnType<typeof createUploadService>;
