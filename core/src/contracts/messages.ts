import { z } from 'zod';
import { columnName, id, scalar, timestamp } from './primitives.ts';

/** The seven queues; each has a dead-letter queue `<name>-dead-letters`. */
export const queueNames = [
  'imports',
  'records',
  'trainings',
  'assignments',
  'metrics',
  'batch-predictions',
  'notifications',
] as const;
export type QueueName = (typeof queueNames)[number];

/** The workspace of a message that concerns all of them: what a schedule sends. */
export const everyWorkspace = '00000000-0000-0000-0000-000000000000';

const envelope = <T extends string, P extends z.ZodType>(type: T, payload: P) =>
  z.object({
    id,
    type: z.literal(type),
    version: z.literal(1),
    workspace: id,
    createdAt: timestamp,
    payload,
  });

export const assignment = z.object({
  experiment: id,
  unit: z.string(),
  group: z.enum(['model', 'fallback']),
  exposedAt: timestamp,
});
export type Assignment = z.output<typeof assignment>;

/** A streamed row as accepted: its id, its event time, its cells. */
export const acceptedRecord = z.object({
  recordId: z.string(),
  timestamp,
  values: z.record(z.string(), scalar),
});
export type AcceptedRecord = z.output<typeof acceptedRecord>;

export const fileFormat = z.enum(['csv', 'jsonl', 'parquet']);

/** One message type a line: the queue it travels on, and its schema. An unknown type is an error. */
export const messages = {
  'dataset.import': {
    queue: 'imports',
    schema: envelope(
      'dataset.import',
      z.union([
        z.object({ job: id, dataset: id, uploadKey: z.string(), format: fileFormat }),
        /** From the dataset's source: until that time, and from one where it is read again. */
        z.object({
          job: id,
          dataset: id,
          until: timestamp,
          from: timestamp.optional(),
          /** How many hours were asked for at once when the work was last handed on. */
          windowHours: z.int().positive().optional(),
        }),
        /** The streamed records that no feature set has yet. */
        z.object({ job: id, dataset: id, records: z.literal(true) }),
      ]),
    ),
  },
  /** Start the imports of sources whose time has come, of every workspace. */
  'sources.due': { queue: 'imports', schema: envelope('sources.due', z.object({})) },
  /** Start the imports of streamed records that wait for a feature set, of every workspace. */
  'records.compact': { queue: 'imports', schema: envelope('records.compact', z.object({})) },
  /**
   * Take out of lake and warehouse what is left of a dataset or model that was deleted; `again`: and what was still being
   * written to it then.
   */
  'removal.run': {
    queue: 'imports',
    schema: envelope('removal.run', z.object({ removal: id, again: z.boolean() })),
  },
  'records.batch': {
    queue: 'records',
    schema: envelope(
      'records.batch',
      z.object({ dataset: id, batch: id, receivedAt: timestamp, records: z.array(acceptedRecord).min(1) }),
    ),
  },
  'training.run': {
    queue: 'trainings',
    schema: envelope('training.run', z.object({ job: id, model: id, training: id })),
  },
  /** Publish the online feature values of a model's deployed version as of now. */
  'online-features.publish': {
    queue: 'trainings',
    schema: envelope('online-features.publish', z.object({ job: id, model: id, modelVersion: z.int() })),
  },
  /** Publish anew, of every workspace, what newer data has come for since it was published. */
  'online-features.refresh': {
    queue: 'trainings',
    schema: envelope('online-features.refresh', z.object({})),
  },
  /** Ask EMR for a run. `poll`: and again until it has ended, whatever events come. */
  'spark-run.check': {
    queue: 'trainings',
    schema: envelope('spark-run.check', z.object({ engineId: z.string().min(1), poll: z.boolean() })),
  },
  'assignments.batch': {
    queue: 'assignments',
    schema: envelope('assignments.batch', z.object({ assignments: z.array(assignment).min(1) })),
  },
  /** Rows of a records batch that metrics are defined on, ready to load into metric_events. */
  'metric-events.load': {
    queue: 'metrics',
    schema: envelope(
      'metric-events.load',
      z.object({
        dataset: id,
        recordsKey: z.string(),
        unitColumn: columnName,
        receivedAt: timestamp.optional(),
      }),
    ),
  },
  /** Load what came before an experiment that starts: the streamed records of the days that its metrics look back. */
  'metric-events.backfill': {
    queue: 'metrics',
    schema: envelope('metric-events.backfill', z.object({ experiment: id })),
  },
  /** Take a look at one experiment, or at every running one of the workspace (`everyWorkspace`: of all of them). */
  'experiment.analyze': {
    queue: 'metrics',
    schema: envelope('experiment.analyze', z.object({ experiment: id.optional() })),
  },
  'batch-prediction.run': {
    queue: 'batch-predictions',
    schema: envelope(
      'batch-prediction.run',
      z.object({
        job: id,
        model: id,
        modelVersion: z.int(),
        dataset: id,
        featureSet: z.int(),
        /** Goes along with each row. */
        keyColumn: columnName.optional(),
      }),
    ),
  },
  /** Fail the jobs that no worker will finish, of every workspace. */
  'jobs.sweep': { queue: 'notifications', schema: envelope('jobs.sweep', z.object({})) },
  /** Send a mail that is written already, once. */
  'mail.send': { queue: 'notifications', schema: envelope('mail.send', z.object({ mail: id })) },
  'notification.send': {
    queue: 'notifications',
    schema: envelope(
      'notification.send',
      z.object({ kind: z.string(), title: z.string(), body: z.string(), link: z.string().optional() }),
    ),
  },
} as const satisfies Record<string, { queue: QueueName; schema: z.ZodType }>;

export type MessageType = keyof typeof messages;
export type Message<T extends MessageType = MessageType> = T extends MessageType
  ? z.output<(typeof messages)[T]['schema']>
  : never;

export const anyMessage = z.discriminatedUnion('type', [
  messages['dataset.import'].schema,
  messages['sources.due'].schema,
  messages['records.compact'].schema,
  messages['removal.run'].schema,
  messages['records.batch'].schema,
  messages['training.run'].schema,
  messages['online-features.publish'].schema,
  messages['online-features.refresh'].schema,
  messages['spark-run.check'].schema,
  messages['assignments.batch'].schema,
  messages['metric-events.load'].schema,
  messages['metric-events.backfill'].schema,
  messages['experiment.analyze'].schema,
  messages['batch-prediction.run'].schema,
  messages['jobs.sweep'].schema,
  messages['mail.send'].schema,
  messages['notification.send'].schema,
]);
