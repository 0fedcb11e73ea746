import { colour } from '@foretell/core/contracts/release-bake';
import {
  count,
  databaseEnvironment,
  egressEnvironment,
  lakeEnvironment,
  processEnvironment,
  queueUrl,
  warehouseEnvironment,
} from '@foretell/core/node/environment';
import { z } from 'zod';
import { sparkEnvironment } from './runs/spark-environment.ts';

const variables = z.object({
  ...processEnvironment,
  ...lakeEnvironment,
  ...databaseEnvironment,
  ...warehouseEnvironment,
  ...sparkEnvironment,
  ...egressEnvironment,
  PREDICTIONS_TABLE: z.string().min(3),
  INGEST_TABLE: z.string().min(3),
  QUEUE_URL_IMPORTS: queueUrl,
  QUEUE_URL_RECORDS: queueUrl,
  QUEUE_URL_TRAININGS: queueUrl,
  QUEUE_URL_ASSIGNMENTS: queueUrl,
  QUEUE_URL_METRICS: queueUrl,
  QUEUE_URL_BATCH_PREDICTIONS: queueUrl,
  QUEUE_URL_NOTIFICATIONS: queueUrl,
  /** Whom mails come from: an address of a domain that SES may send for, `Name <address>`. */
  MAIL_FROM: z.string().regex(/^[^<>@]+ <[^\s<>@]+@[^\s<>@]+>$/, 'Name <address>'),
  /** The dashboard as its users reach it: what the links in mails begin with. */
  DASHBOARD_URL: z.url({ protocol: /^https?$/ }),
  SAMPLE_FUNCTION: z.string().min(1),
  /** The interpreter of the venv with LightGBM. */
  PYTHON: z.string().min(1),
  /** Where job files are staged; a fresh folder a job, deleted after it. */
  WORK_DIR: z.string().min(1),
  /** After so long an import from a source hands on what is left of it. */
  SOURCE_SLICE_SECONDS: count.default(60),
  /** Messages handled at once, a queue. */
  CONCURRENCY: count.default(2),
  /** The SSM parameter that names the colour whose workers receive. Without it they always do. */
  ACTIVE_COLOUR_PARAMETER: z.string().min(1).optional(),
  /** Which colour this process is: the release tool says so to each. */
  COLOUR: colour.optional(),
  /** How long after its worker died a message is given to another. */
  VISIBILITY_SECONDS: count.default(60),
});

/** The workers' typed environment; infra supplies its input type. */
export const workersEnvironment = variables.refine(
  ({ ACTIVE_COLOUR_PARAMETER, COLOUR }) => (ACTIVE_COLOUR_PARAMETER === undefined) === (COLOUR === undefined),
  { path: ['COLOUR'], error: 'goes with ACTIVE_COLOUR_PARAMETER: both or neither' },
);
