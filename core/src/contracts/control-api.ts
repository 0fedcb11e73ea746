import { z } from 'zod';
import { experimentRequest } from './experiments.ts';
import { featureSetSchema } from './feature-set.ts';
import { fileFormat } from './messages.ts';
import { modelCard, modelMetrics } from './model-version.ts';
import { columnName, id, name, scalar, timestamp } from './primitives.ts';
import { comparison, condition, recipe } from './recipe.ts';
import { apiKeyScope } from './serving-manifest.ts';
import { amplitudeSource, notOffered } from './sources.ts';

export const role = z.enum(['owner', 'editor', 'viewer']);
export type Role = z.output<typeof role>;

const email = z.email().max(254).toLowerCase();
const password = z.string().min(12, 'at least 12 characters').max(200);

/** `workspace` names the new workspace; with an `invitation` it may be left out: the user joins the inviting one. */
export const signupRequest = z
  .strictObject({ email, password, workspace: name.optional(), invitation: z.string().max(200).optional() })
  .refine((body) => body.workspace !== undefined || body.invitation !== undefined, {
    message: 'name the workspace, or give an invitation',
    path: ['workspace'],
  })
  .meta({ id: 'SignupRequest' });
export const sessionRequest = z
  .strictObject({ email, password: z.string().max(200) })
  .meta({ id: 'SessionRequest' });
export const user = z.object({ id, email: z.string(), createdAt: timestamp }).meta({ id: 'User' });
export const workspace = z
  .object({ id, name: z.string(), role, createdAt: timestamp })
  .meta({ id: 'Workspace' });
export const sessionResponse = z.object({ token: z.string(), user, workspace }).meta({ id: 'Session' });

export const jobStatus = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']);
export const jobError = z.object({
  code: z.string(),
  field: z.string().nullable(),
  /** The cause in words, and what to do. */
  detail: z.string(),
});
export const jobType = z.enum([
  'dataset.import',
  'training.run',
  'batch-prediction.run',
  'online-features.publish',
]);
/** An attempt at a job that is over, as it ended. */
export const jobAttempt = z.object({
  attempt: z.int(),
  status: jobStatus,
  error: jobError.nullable(),
  startedAt: timestamp.nullable(),
  finishedAt: timestamp.nullable(),
});
export const job = z
  .object({
    id,
    type: jobType,
    status: jobStatus,
    /** 0 to 1. */
    progress: z.number(),
    /** What it is doing now, or did last. */
    step: z.string(),
    error: jobError.nullable(),
    subject: z.object({ kind: z.enum(['dataset', 'model', 'training']), id }),
    /** Real figures by step, as they come: rows, seconds, losses. */
    figures: z.record(z.string(), z.unknown()),
    /** 1, and one more with each retry. */
    attempt: z.int(),
    /** The attempts before this one, oldest first. */
    history: z.array(jobAttempt),
    createdAt: timestamp,
    /** When a worker began this attempt. */
    startedAt: timestamp.nullable(),
    updatedAt: timestamp,
    finishedAt: timestamp.nullable(),
  })
  .meta({ id: 'Job' });
export type Job = z.output<typeof job>;

export const uploadRequest = z
  .strictObject({
    filename: z.string().min(1).max(255),
    bytes: z
      .int()
      .positive()
      .max(5 * 1024 ** 3),
  })
  .meta({ id: 'UploadRequest' });
/** PUT the file's bytes to `url` with the given headers before it expires. */
export const uploadResponse = z
  .object({
    upload: id,
    url: z.string(),
    method: z.literal('PUT'),
    headers: z.record(z.string(), z.string()),
    expiresAt: timestamp,
  })
  .meta({ id: 'Upload' });

export const datasetRequest = z
  .strictObject({
    name,
    source: z.discriminatedUnion(
      'kind',
      [
        z.strictObject({ kind: z.literal('upload'), upload: id, format: fileFormat.optional() }),
        z.strictObject({ kind: z.literal('stream') }),
        amplitudeSource,
      ],
      { error: notOffered },
    ),
    /** The event time of a row, if it has one. */
    timeColumn: columnName.optional(),
  })
  .meta({ id: 'DatasetRequest' });
export const dataset = z
  .object({
    id,
    name: z.string(),
    source: z.enum(['upload', 'stream', 'amplitude', 'warehouse']),
    timeColumn: z.string().nullable(),
    status: z.enum(['importing', 'ready', 'failed']),
    latestFeatureSet: z.int().nullable(),
    rows: z.int().nullable(),
    schema: featureSetSchema.nullable(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Dataset' });
export type Dataset = z.output<typeof dataset>;
export const datasetCreated = z.object({ dataset, job: job.nullable() }).meta({ id: 'DatasetCreated' });
export const featureSet = z
  .object({ n: z.int(), rows: z.int(), columns: z.int(), bytes: z.int(), createdAt: timestamp })
  .meta({ id: 'FeatureSet' });

/** What to predict: the recipe is proposed from it, the dataset's schema and its summary. */
export const recipeQuestion = z
  .strictObject({
    dataset: id,
    entity: columnName,
    time: columnName,
    label: z.strictObject({
      column: columnName,
      op: comparison.optional(),
      value: scalar.optional(),
      /** Not of the row itself, but of the entity's rows in the `days` days after it. */
      next: z.strictObject({ days: z.int().min(1).max(3650), as: z.enum(['happens', 'sum']) }).optional(),
    }),
    /** Rows to learn from: those of which all of it holds. */
    filter: z.array(condition).max(20).optional(),
    /** After how many days each column (the label's, or one measured after the row's time) is known. */
    knownAfterDays: z.record(columnName, z.number().min(0).max(3650)).default({}),
    /** Columns not known at prediction time: used in history only if `knownAfterDays` names them. */
    exclude: z.array(columnName).default([]),
  })
  .meta({ id: 'RecipeQuestion' });
export type RecipeQuestion = z.output<typeof recipeQuestion>;

export const modelRequest = z
  .strictObject({
    name,
    /** A question, from which the recipe is proposed, or a whole recipe. */
    question: recipeQuestion.optional(),
    recipe: recipe.optional(),
  })
  .refine((m) => (m.question === undefined) !== (m.recipe === undefined), {
    message: 'give a question or a recipe',
    path: ['question'],
  })
  .meta({ id: 'ModelRequest' });
export const model = z
  .object({
    id,
    name: z.string(),
    dataset: id,
    recipe,
    latestVersion: z.int().nullable(),
    deployedVersion: z.int().nullable(),
    /** Of one model, not in lists: what the deployed version knows of its entities' past; null: it uses none. */
    onlineFeatures: z
      .object({ asOf: timestamp, entities: z.int(), publishedAt: timestamp })
      .nullable()
      .optional(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Model' });
export type Model = z.output<typeof model>;

export const trainingRequest = z
  .strictObject({
    parameters: z
      .strictObject({
        rounds: z.int().min(1).max(2000).default(300),
        leaves: z.int().min(2).max(31).default(31),
        learningRate: z.number().min(0.001).max(1).default(0.1),
        minRowsInLeaf: z.int().min(1).default(20),
        seed: z.int().default(1),
      })
      .prefault({}),
    /** How the decision threshold is chosen on the validation split (binary only). */
    threshold: z.union([z.literal('f1'), z.literal('accuracy'), z.number().min(0).max(1)]).default('f1'),
  })
  .meta({ id: 'TrainingRequest' });
export type TrainingParameters = z.output<typeof trainingRequest>;
export const training = z
  .object({ id, model: id, n: z.int(), job, modelVersion: z.int().nullable(), createdAt: timestamp })
  .meta({ id: 'Training' });

export const modelVersion = z
  .object({ model: id, n: z.int(), metrics: modelMetrics, card: modelCard, createdAt: timestamp })
  .meta({ id: 'ModelVersion' });
export type ModelVersion = z.output<typeof modelVersion>;

export const deploymentRequest = z
  .strictObject({ version: z.int().positive(), experiment: experimentRequest.optional() })
  .meta({ id: 'DeploymentRequest' });
export const deployment = z
  .object({
    id,
    model: id,
    version: z.int(),
    experiment: id.nullable(),
    active: z.boolean(),
    createdAt: timestamp,
  })
  .meta({ id: 'Deployment' });

export const apiKeyRequest = z
  .strictObject({
    name,
    scopes: z.array(apiKeyScope).min(1).default(['predict', 'ingest', 'read']),
    expiresAt: timestamp.optional(),
    ratePerSecond: z.number().positive().max(100_000).default(1000),
    burst: z.int().positive().max(1_000_000).default(2000),
  })
  .meta({ id: 'ApiKeyRequest' });
export const apiKey = z
  .object({
    id,
    name: z.string(),
    /** The key's visible beginning: `fk_<selector>`. */
    prefix: z.string(),
    scopes: z.array(apiKeyScope),
    expiresAt: timestamp.nullable(),
    ratePerSecond: z.number(),
    burst: z.int(),
    createdAt: timestamp,
  })
  .meta({ id: 'ApiKey' });
/** `key` is shown this once. */
export const apiKeyCreated = z.object({ apiKey, key: z.string() }).meta({ id: 'ApiKeyCreated' });
/** The old key goes on working until `overlapUntil`. */
export const rotationRequest = z
  .strictObject({
    overlapHours: z
      .number()
      .min(0)
      .max(24 * 30)
      .default(24),
  })
  .meta({ id: 'RotationRequest' });

export const notification = z
  .object({
    id,
    kind: z.string(),
    title: z.string(),
    body: z.string(),
    link: z.string().nullable(),
    readAt: timestamp.nullable(),
    createdAt: timestamp,
  })
  .meta({ id: 'Notification' });

export const auditEvent = z
  .object({
    id,
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    detail: z.record(z.string(), z.unknown()),
    createdAt: timestamp,
  })
  .meta({ id: 'AuditEvent' });

export const team = z
  .object({ id, name: z.string(), members: z.array(id), createdAt: timestamp })
  .meta({ id: 'Team' });
export const teamRequest = z.strictObject({ name }).meta({ id: 'TeamRequest' });
export const member = z.object({ user, role, teams: z.array(id) }).meta({ id: 'Member' });
export const memberRequest = z.strictObject({ email, role }).meta({ id: 'MemberRequest' });
export const memberChange = z.strictObject({ role }).meta({ id: 'MemberChange' });
export const invitation = z
  .object({ id, email: z.string(), role, createdAt: timestamp, expiresAt: timestamp })
  .meta({ id: 'Invitation' });
/**
 * An e-mail that has an account is a member at once. Any other gets an invitation: `token`, shown this once, goes to the
 * person, who signs up with it.
 */
export const memberAdded = z
  .object({ member: member.nullable(), invitation: invitation.extend({ token: z.string() }).nullable() })
  .meta({ id: 'MemberAdded' });

export const workspaceRequest = z.strictObject({ name }).meta({ id: 'WorkspaceRequest' });
/** `publicUrl` is where predictions are asked for. */
export const me = z
  .object({ user, workspace, workspaces: z.array(workspace), publicUrl: z.string() })
  .meta({ id: 'Me' });

/** A new version of a dataset, from another uploaded file. */
export const featureSetRequest = z
  .strictObject({ upload: id, format: fileFormat.optional() })
  .meta({ id: 'FeatureSetRequest' });

/** Without `version` the deployed one (else the newest) answers; without `featureSet` the newest of `dataset`. */
export const batchPredictionJobRequest = z
  .strictObject({
    version: z.int().positive().optional(),
    dataset: id.optional(),
    featureSet: z.int().positive().optional(),
  })
  .meta({ id: 'BatchPredictionJobRequest' });
/** `download`: a URL of the Parquet file, good for an hour, once the job has succeeded. */
export const batchPrediction = z
  .object({
    id,
    model: id,
    version: z.int(),
    dataset: id,
    featureSet: z.int(),
    rows: z.int().nullable(),
    job,
    download: z.string().nullable(),
    createdAt: timestamp,
  })
  .meta({ id: 'BatchPrediction' });

/** Marks the named notifications read, or all of them. */
export const notificationsReadRequest = z
  .strictObject({ ids: z.array(id).max(1000).optional() })
  .meta({ id: 'NotificationsReadRequest' });

/** One page of a list, newest first; `nextCursor` asks for the next one, null when there is none. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
const limit = z
  .string()
  .regex(/^\d+$/, 'a whole number')
  .transform(Number)
  .pipe(z.int().min(1).max(200))
  .default(50)
  .meta({ override: { type: 'integer', minimum: 1, maximum: 200 } });
export const pageQuery = z.object({ cursor: z.string().max(4096).optional(), limit });

/** Which jobs to list: all, or those of a kind, in a state, of one dataset or model. */
export const jobsQuery = pageQuery.extend({
  type: jobType.optional(),
  status: jobStatus.optional(),
  subject: id.optional(),
});

/** Which predictions to list: of one model (and entity), or of one experiment; the last 7 days unless said. */
export const predictionsQuery = pageQuery.extend({
  model: id.optional(),
  entity: z.string().min(1).max(1024).optional(),
  experiment: id.optional(),
  from: timestamp.optional(),
  to: timestamp.optional(),
});
