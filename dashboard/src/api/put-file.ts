import type { uploadResponse } from '@foretell/core/contracts/control-api/datasets';
import type { z } from 'zod';

type Upload = z.output<typeof uploadResponse>;

/** PUTs the file's bytes to the presigned URL; `onProgress` gets the share sent, 0 to 1. (fetch does not tell upload progress.) */
export function putFile(
  upload: Upload,
  file: Blob,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(upload.method, upload.url);
    for (const [name, value] of Object.entries(upload.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(new Error(`The file store refused the file (${request.status}). Try the upload again.`));
    };
    request.onerror = () =>
      reject(new Error('The connection was lost while the file was sent. Try the upload again.'));
    request.onabort = () => reject(new Error('The upload was stopped.'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
