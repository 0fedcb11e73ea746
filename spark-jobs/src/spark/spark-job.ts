import { z } from 'zod';
import { jobSpec, type JobSpec } from '../job.ts';
import { rawEventsView, rawView, type Source } from '../source.ts';

/** job.json as the Spark runner reads it from a run's folder: the job, and the files that the dialect's views stand for. */
export const sparkJob = jobSpec.extend({
  /** A view's name and the addresses of its Parquet files. */
  sources: z.record(z.string(), z.array(z.string()).min(1)),
});
export type SparkJob = z.output<typeof sparkJob>;

export const sparkJobOf = (job: JobSpec, { paths, events = [] }: SourceFiles): SparkJob => ({
  ...job,
  sources: {
    [rawView]: [...paths],
    ...Object.fromEntries(events.map((each, index) => [rawEventsView(index), [...each.paths]])),
  },
});

type SourceFiles = Pick<Source, 'paths'> & { events?: readonly Pick<Source, 'paths'>[] };

/** failure.json: what the runner leaves in a run's folder in the manifest's place. */
export const runFailure = z.object({ version: z.literal(1), error: z.string() });
