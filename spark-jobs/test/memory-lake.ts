import { DomainError } from '@foretell/core/domain/errors';
import type { RunLake } from '../src/spark/run-folder.ts';
import type { SparkLogs } from '../src/spark/spark-logs.ts';

/** The lake's part that runs use, in memory. */
export function memoryLake(objects: Map<string, string>): RunLake {
  return {
    bucket: 'lake',
    putNew(key, body) {
      if (objects.has(key)) return Promise.resolve(false);
      objects.set(key, typeof body === 'string' ? body : new TextDecoder().decode(body));
      return Promise.resolve(true);
    },
    getJson(key, schema) {
      const text = objects.get(key);
      if (text === undefined)
        return Promise.reject(new DomainError('not_found', `There is no object ${key}.`));
      return Promise.resolve(schema.parse(JSON.parse(text)));
    },
  };
}

export const memoryLogs = (logs: Readonly<Record<string, string>>): SparkLogs => ({
  read: (key) => Promise.resolve(logs[key] ?? ''),
  list: (prefix) => Promise.resolve(Object.keys(logs).filter((key) => key.startsWith(prefix))),
});
