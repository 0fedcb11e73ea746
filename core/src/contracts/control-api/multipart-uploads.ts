import { z } from 'zod';
import { id, timestamp } from '../primitives.ts';

const mebibyte = 1024 ** 2;
/** S3's limit. */
const maxParts = 10_000;

/** The largest file taken: a worker of 50 GiB of disk holds it, a copy in UTF-8 and its Parquet. */
export const maxFileBytes = 16 * 1024 ** 3;
/** How many bytes each part but the last has. */
export const partBytes = 16 * mebibyte;
/** Above this many bytes a file is better sent by parts: one that fails is sent again alone. */
export const multipartFromBytes = 64 * mebibyte;

export const partsOf = (bytes: number) => Math.ceil(bytes / partBytes);
/** Of part `n` (from 1) of a file of `bytes` bytes. */
export const bytesOfPart = (bytes: number, n: number) => Math.min(partBytes, bytes - (n - 1) * partBytes);

const partNumber = z.int().min(1).max(maxParts);

export const multipartUploadRequest = z
  .strictObject({ filename: z.string().min(1).max(255), bytes: z.int().positive().max(maxFileBytes) })
  .meta({ id: 'MultipartUploadRequest' });
/** Part n of 1 to `parts` is the file's bytes from (n - 1) × `partBytes` on; the last has the rest. */
export const multipartUpload = z
  .object({ upload: id, parts: z.int(), partBytes: z.int(), expiresAt: timestamp })
  .meta({ id: 'MultipartUpload' });
export const partUrlsRequest = z
  .strictObject({ parts: z.array(partNumber).min(1).max(100) })
  .meta({ id: 'PartUrlsRequest' });
/** PUT exactly `bytes` bytes to `url`. A part may be sent again: the last that came counts. */
export const partUrls = z
  .object({
    parts: z.array(z.object({ part: z.int(), bytes: z.int(), url: z.string() })),
    expiresAt: timestamp,
  })
  .meta({ id: 'PartUrls' });
/** What datasets are made from, as after a PUT of the whole file. */
export const completedUpload = z.object({ upload: id, bytes: z.int() }).meta({ id: 'CompletedUpload' });
