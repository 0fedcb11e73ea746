import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root.ts';

/** What scripts/setup/spark-jars.sh has fetched: Spark's way to S3, or what it trains with. */
export function sparkJars(of: 's3a' | 'trainer'): string[] {
  const folder = join(repositoryRoot, '.tools/spark', of);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.jar'))
    .map((file) => join(folder, file));
}
