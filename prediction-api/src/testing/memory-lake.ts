import { createHash } from 'node:crypto';
import { DomainError } from '@foretell/core/domain/errors';
import type { Lake } from '@foretell/core/node/lake';

/** A lake in memory. While `down`, every call fails as S3 does when it cannot be reached; what is in `slow` waits for it. */
export interface MemoryLake extends Lake {
  down: boolean;
  slow: Map<string, Promise<void>>;
  put(key: string, body: string): void;
}

export function createMemoryLake(): MemoryLake {
  const objects = new Map<string, Buffer>();
  const etagOf = (body: Buffer) => createHash('md5').update(body).digest('hex');
  async function get(key: string) {
    await lake.slow.get(key);
    if (lake.down) throw new Error('S3 cannot be reached');
    const body = objects.get(key);
    if (!body) throw new DomainError('not_found', `There is no object ${key}.`);
    return { body: new Uint8Array(body), etag: etagOf(body) };
  }
  const lake: MemoryLake = {
    bucket: 'memory',
    down: false,
    slow: new Map(),
    get,
    async getIfChanged(key, etag) {
      const object = await get(key);
      return object.etag === etag ? null : object;
    },
    getRange: async (key, start, end) => (await get(key)).body.slice(start, end + 1),
    getJson: async (key, schema) => schema.parse(JSON.parse(new TextDecoder().decode((await get(key)).body))),
    put: (key, body) => void objects.set(key, Buffer.from(body)),
    putNew(key, body) {
      if (objects.has(key)) return Promise.resolve(false);
      objects.set(key, Buffer.from(body));
      return Promise.resolve(true);
    },
    replace: (key, body) => Promise.resolve(objects.set(key, Buffer.from(body)).size > 0),
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
  return lake;
}
