import type { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import type { Message } from '@foretell/core/contracts/messages';
import type { Egress } from '@foretell/core/node/egress';
import type { Lake } from '@foretell/core/node/lake';
import type { JobDeps } from '../jobs/run-job.ts';
import type { RecordFileStore } from '../records/record-file-store.ts';
import type { SendAgain } from '../runtime/send-again.ts';
import type { FeatureSetStore } from './feature-set-store.ts';
import type { InvokeSample } from './invoke-sample.ts';
import type { ReadSecret } from './read-secret.ts';
import type { SourceStore } from './source-store.ts';

/** What every import is given. */
export interface ImportDeps extends JobDeps {
  lake: Lake;
  store: FeatureSetStore;
  invokeSample: InvokeSample;
  engine: { threads: number; memoryMb: number };
  sources: SourceDeps;
  recordFiles: RecordFileStore;
}

/** What imports from sources outside are given. */
interface SourceDeps {
  store: SourceStore;
  readSecret: ReadSecret;
  egress: Egress;
  /** The Data API, for customers' own Redshift. */
  redshift: Pick<RedshiftDataClient, 'send'>;
  sendAgain: SendAgain;
  /** After so long the rest is handed on by a new message: a worker that dies repeats little, and other imports get their turn. */
  sliceMs: number;
}

export type ImportMessage = Message<'dataset.import'>;
export type SourcePayload = Extract<ImportMessage['payload'], { until: string }>;
