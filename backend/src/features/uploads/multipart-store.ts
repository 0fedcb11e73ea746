import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  NoSuchUpload,
  paginateListParts,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

export interface StoredPart {
  part: number;
  bytes: number;
  etag: string;
}

/** An upload by parts as S3 keeps it, by its own id; it is no object before `complete`. */
export interface MultipartStore {
  begin(key: string): Promise<string>;
  /** A URL that takes exactly `bytes` bytes as part `part`, for `expiresIn` seconds. */
  sign(key: string, id: string, part: number, bytes: number, expiresIn: number): Promise<string>;
  /** Null when S3 knows no such upload: it was completed or stopped. */
  parts(key: string, id: string): Promise<StoredPart[] | null>;
  /** One object of all `parts`; false when S3 knows no such upload (any more). */
  complete(key: string, id: string, parts: readonly StoredPart[]): Promise<boolean>;
  /** Frees what has come; an upload that S3 does not know is none to free. */
  abort(key: string, id: string): Promise<void>;
}

const isUnknown = (error: unknown) =>
  error instanceof NoSuchUpload || (error instanceof S3ServiceException && error.name === 'NoSuchUpload');

async function unlessUnknown<T, U>(answer: Promise<T>, unknown: U): Promise<T | U> {
  try {
    return await answer;
  } catch (error) {
    if (isUnknown(error)) return unknown;
    throw error;
  }
}

/** Its own client, as `createUploadSigner`'s: a presigned part would demand the checksum of an empty body. */
export function createMultipartStore(bucket: string, forcePathStyle: boolean): MultipartStore {
  const s3 = new S3Client({ forcePathStyle, requestChecksumCalculation: 'WHEN_REQUIRED' });
  const object = (key: string, id: string) => ({ Bucket: bucket, Key: key, UploadId: id });

  async function listParts(key: string, id: string): Promise<StoredPart[]> {
    const parts: StoredPart[] = [];
    for await (const page of paginateListParts({ client: s3 }, object(key, id))) {
      for (const { PartNumber: part = 0, Size: bytes = 0, ETag: etag = '' } of page.Parts ?? [])
        parts.push({ part, bytes, etag });
      // S3 names a next page on the last one, too: the paginator would begin anew and never end.
      if (page.IsTruncated !== true) break;
    }
    return parts;
  }

  return {
    async begin(key) {
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: key }));
      if (!UploadId) throw new Error(`S3 began an upload of ${key} without an id`);
      return UploadId;
    },
    sign: (key, id, part, bytes, expiresIn) =>
      getSignedUrl(
        s3,
        new UploadPartCommand({ ...object(key, id), PartNumber: part, ContentLength: bytes }),
        { expiresIn, signableHeaders: new Set(['content-length']) },
      ),
    parts: (key, id) => unlessUnknown(listParts(key, id), null),
    async complete(key, id, parts) {
      const Parts = parts.map(({ part, etag }) => ({ PartNumber: part, ETag: etag }));
      const command = new CompleteMultipartUploadCommand({ ...object(key, id), MultipartUpload: { Parts } });
      return (await unlessUnknown(s3.send(command), null)) !== null;
    },
    async abort(key, id) {
      await unlessUnknown(s3.send(new AbortMultipartUploadCommand(object(key, id))), null);
    },
  };
}
