import type { Lake } from '@foretell/core/node/lake';
import { DomainError } from '@foretell/core/domain/errors';
import type { z } from 'zod';
import { runManifest, type RunManifest } from '../job.ts';
import { runFailure, sparkJobOf } from './spark-job.ts';
import { failureInWords } from './failure-words.ts';
import type { FailureCause, RunRequest } from './training-set-runner.ts';

/** What of the lake a run needs. */
export type RunLake = Pick<Lake, 'bucket' | 'putNew' | 'getJson'>;

/** A run's folder in the lake: job.json goes in, manifest.json or failure.json comes out. */
export interface RunFolder {
  uri: string;
  /** False when a job lies there already. */
  putJob(run: RunRequest): Promise<boolean>;
  manifest(): Promise<RunManifest | null>;
  /** What the runner itself said of its failure. */
  failure(): Promise<FailureCause | null>;
}

export function runFolder(lake: RunLake, folder: string): RunFolder {
  if (!folder.endsWith('/')) throw new Error(`a run's folder ends in a slash: ${folder}`);
  const optional = async <S extends z.ZodType>(name: string, schema: S): Promise<z.output<S> | null> => {
    try {
      return await lake.getJson(`${folder}${name}`, schema);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'not_found') return null;
      throw error;
    }
  };
  return {
    uri: `s3://${lake.bucket}/${folder.slice(0, -1)}`,
    putJob: ({ job, source }) => lake.putNew(`${folder}job.json`, JSON.stringify(sparkJobOf(job, source))),
    manifest: () => optional('manifest.json', runManifest),
    async failure() {
      const said = await optional('failure.json', runFailure);
      return said && failureInWords(said.error);
    },
  };
}
