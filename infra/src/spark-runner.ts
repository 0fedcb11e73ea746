import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The one script that every Spark job runs, and the hash that is its name on S3. */
export function sparkRunner(): { readonly source: string; readonly sha256: string } {
  const source = readFileSync(new URL('../../spark-jobs/runner/run_job.py', import.meta.url), 'utf8');
  return { source, sha256: createHash('sha256').update(source).digest('hex') };
}
