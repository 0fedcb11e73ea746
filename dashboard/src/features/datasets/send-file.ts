import { uploadResponse } from '@foretell/core/contracts/control-api/datasets';
import {
  completedUpload,
  multipartFromBytes,
  multipartUpload,
  partUrls,
} from '@foretell/core/contracts/control-api/multipart-uploads';
import { send, sendJson } from '../../api/client.ts';
import { putBytes } from '../../api/put-bytes.ts';
import { putParts, type PartSender } from '../../api/put-parts.ts';

type OnProgress = (share: number) => void;

/** Sends a file to the lake and answers its upload's id; a large one goes by parts. `onProgress` gets 0 to 1. */
export function sendFile(file: File, onProgress: OnProgress, signal: AbortSignal): Promise<string> {
  return (file.size > multipartFromBytes ? sendByParts : sendWhole)(file, onProgress, signal);
}

const announced = (file: File) => ({ filename: file.name, bytes: file.size });

async function sendWhole(file: File, onProgress: OnProgress, signal: AbortSignal): Promise<string> {
  const { upload, url } = await sendJson('POST', '/uploads', announced(file), uploadResponse);
  await putBytes(url, file, (sent) => onProgress(sent / file.size), signal);
  return upload;
}

async function sendByParts(file: File, onProgress: OnProgress, signal: AbortSignal): Promise<string> {
  const begun = await sendJson('POST', '/multipart-uploads', announced(file), multipartUpload);
  const path = `/multipart-uploads/${begun.upload}`;
  const sender: PartSender = {
    // A URL for each attempt: none grows old while a slow line sends the parts before it.
    async send({ part, start, end }, onSent, partSignal) {
      const { parts } = await sendJson('POST', `${path}/part-urls`, { parts: [part] }, partUrls);
      const [signed] = parts;
      if (signed === undefined) throw new Error(`The server gave no URL for part ${part}.`);
      await putBytes(signed.url, file.slice(start, end), onSent, partSignal);
    },
    pause: (ms, partSignal) =>
      new Promise((resolve) => {
        setTimeout(resolve, ms);
        partSignal.addEventListener('abort', () => resolve(), { once: true });
      }),
  };
  try {
    await putParts({ bytes: file.size, partBytes: begun.partBytes }, sender, onProgress, signal);
    await sendJson('POST', `${path}/completion`, undefined, completedUpload);
  } catch (error) {
    // What is not freed here the lake drops by itself after a week; the first error is the one to tell.
    await send('DELETE', path).catch(() => undefined);
    throw error;
  }
  return begun.upload;
}
