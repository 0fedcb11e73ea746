import { createHash } from 'node:crypto';
import { DomainError } from '@foretell/core/domain/errors';
import type { Lake } from '@foretell/core/node/lake';

/** Answers, or fails, as a promise. */
const soon = async <T>(work: () => T): Promise<T> => {
  await Promise.resolve();
  return work();
};

export interface MemoryLake extends Lake {
  readonly objects: ReadonlyMap<string, Buffer>;
}

/** A lake in memory, for tests: the conditional puts are S3's. */
export function createMemoryLake(): MemoryLake {
  const objects = new Map<string, Buffer>();
  const etag = (body: Buffer) => createHash('md5').update(body).digest('hex');
  const find = (key: string) => {
    const body = objects.get(key);
    if (!body) throw new DomainError('not_found', `There is no object ${key}.`);
    return body;
  };
  return {
    bucket: 'memory',
    objects,
    get: (key) => soon(() => ({ body: find(key), etag: etag(find(key)) })),
    getIfChanged: (key, known) =>
      soon(() => (etag(find(key)) === known ? null : { body: find(key), etag: etag(find(key)) })),
    getRange: (key, start, end) => soon(() => find(key).subarray(start, end + 1)),
    getJson: (key, schema) => soon(() => schema.parse(JSON.parse(find(key).toString('utf8')))),
    putNew: (key, body) =>
      soon(() => {
        if (objects.has(key)) return false;
        objects.set(key, Buffer.from(body));
        return true;
      }),
    replace: (key, body, known) =>
      soon(() => {
        const current = objects.get(key);
        if ((current ? etag(current) : null) !== known) return false;
        objects.set(key, Buffer.from(body));
        return true;
      }),
    size: (key) => Promise.resolve(objects.get(key)?.length ?? null),
    delete: (key) => Promise.resolve(void objects.delete(key)),
    clear: (folder) => {
      const keys = [...objects.keys()].filter((key) => key.startsWith(folder));
      for (const key of keys) objects.delete(key);
      return Promise.resolve(keys.length);
    },
    list: (prefix, startAfter = '') =>
      Promise.resolve([...objects.keys()].filter((key) => key.startsWith(prefix) && key > startAfter).sort()),
  };
}
