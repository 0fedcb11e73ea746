/** PUTs bytes to a presigned URL; `onSent` gets how many are sent so far. (fetch does not tell upload progress.) */
export function putBytes(
  url: string,
  bytes: Blob,
  onSent: (sent: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    request.upload.onprogress = (event) => onSent(event.loaded);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(new Error(`The file store refused the file (${request.status}). Try the upload again.`));
    };
    request.onerror = () =>
      reject(new Error('The connection was lost while the file was sent. Try the upload again.'));
    request.onabort = () => reject(new Error('The upload was stopped.'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(bytes);
  });
}
