import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SQSClient } from '@aws-sdk/client-sqs';
import { openDatabase } from '@foretell/backend/db/database';
import { createJobProgress } from '@foretell/backend/db/job-progress';
import { createUnfinishedJobs } from '@foretell/backend/db/unfinished-jobs';
import type { QueueName } from '@foretell/core/contracts/messages';
import { createEgress } from '@foretell/core/node/egress';
import { createLake } from '@foretell/core/node/lake';
import type { z } from 'zod';
import { createAssignmentsHandler } from './assignments/assignments-handler.ts';
import { createExposureLog } from './assignments/exposure-log.ts';
import { createReconcileExposures } from './assignments/reconcile-exposures.ts';
import { createBatchPredictionHandler } from './batch-predictions/batch-predictions-handler.ts';
import type { workersEnvironment } from './env.ts';
import { createFeatureSetStore } from './imports/feature-set-store.ts';
import { createImportHandler } from './imports/import-handler.ts';
import { createInvokeSample, sampleBySize } from './imports/invoke-sample.ts';
import { createSweepHandler } from './jobs/sweep-jobs.ts';
import { createReadSecret } from './imports/read-secret.ts';
import { createSourceStore } from './imports/source-store.ts';
import { createSourcesDueHandler } from './imports/sources-due-handler.ts';
import { createAnalyzeHandler } from './metrics/analyze-handler.ts';
import { createBackfillHandler } from './metrics/backfill-handler.ts';
import { createMetricEventsHandler } from './metrics/metric-events-handler.ts';
import { createMailHandler } from './notifications/mail-handler.ts';
import { createNotificationHandler } from './notifications/notification-handler.ts';
import { createSendMail } from './notifications/send-mail.ts';
import { createCompactHandler } from './records/compact-handler.ts';
import { createMarkBatchStored } from './records/mark-batch-stored.ts';
import { createRecordFileStore } from './records/record-file-store.ts';
import { createRecordsHandler } from './records/records-handler.ts';
import { createRecordsStore } from './records/records-store.ts';
import { createRemovalHandler } from './removals/removal-handler.ts';
import { composeRuns } from './runs/compose-runs.ts';
import type { Handlers } from './runtime/handler.ts';
import { createSendAgain } from './runtime/send-again.ts';
import { createSendMessage } from './runtime/send-message.ts';
import { createSampleHandler } from './sample/handler.ts';
import { createOnlineFeaturesHandler } from './trainings/online-features-handler.ts';
import { createRefreshHandler } from './trainings/refresh-handler.ts';
import { createTrainingHandler } from './trainings/training-handler.ts';
import { createTrainingStore } from './trainings/training-store.ts';
import { withSchema } from './warehouse/schema.ts';
import { createWarehouse } from './warehouse/warehouse.ts';

type Config = z.output<typeof workersEnvironment>;

/** Room for the embedded engine and for the trainer's address space, most of which is mapped libraries. */
const engine = { threads: 2, memoryMb: 2000 };
/** A mail is tried again by its message, which says why: not by the client, unseen. */
const mailClient = { maxAttempts: 1, requestHandler: { connectionTimeout: 5000, requestTimeout: 15_000 } };
const trainerLimits = { threads: 2, memoryMb: 8000, timeoutMs: 30 * 60_000 };

function queueUrlsOf(config: Config): Record<QueueName, string> {
  return {
    imports: config.QUEUE_URL_IMPORTS,
    records: config.QUEUE_URL_RECORDS,
    trainings: config.QUEUE_URL_TRAININGS,
    assignments: config.QUEUE_URL_ASSIGNMENTS,
    metrics: config.QUEUE_URL_METRICS,
    'batch-predictions': config.QUEUE_URL_BATCH_PREDICTIONS,
    notifications: config.QUEUE_URL_NOTIFICATIONS,
  };
}

/** Everything the handlers are made of, and the handlers. */
export async function composeWorkers(config: Config) {
  const now = () => new Date();
  const [sqs, lambda, dynamodb, redshift, secrets, ses] = [
    new SQSClient(),
    new LambdaClient(),
    new DynamoDBClient(),
    new RedshiftDataClient(),
    new SecretsManagerClient(),
    new SESv2Client(mailClient),
  ];
  const s3 = new S3Client({ forcePathStyle: config.S3_FORCE_PATH_STYLE });
  const lake = createLake(s3, config.LAKE_BUCKET);
  const database = await openDatabase(config.DATABASE_URL, config.DATABASE_PASSWORD);
  const queueUrls = queueUrlsOf(config);
  const warehouse = withSchema(
    createWarehouse(redshift, { workgroup: config.REDSHIFT_WORKGROUP, database: config.REDSHIFT_DATABASE }),
  );
  const jobs = createJobProgress(database);
  const featureSets = createFeatureSetStore(database);
  const recordFiles = createRecordFileStore(database);
  const send = createSendMessage(sqs, queueUrls, now);
  const runs = composeRuns({ config, s3, lake, database, jobs, send, engine, now });
  const job = { jobs, workDir: config.WORK_DIR, lake, engine, runs: runs.runs };
  const load = {
    lake,
    warehouse,
    copyRoleArn: config.REDSHIFT_COPY_ROLE_ARN,
    workDir: config.WORK_DIR,
    database,
  };
  const training = {
    ...job,
    store: createTrainingStore(database),
    trainer: { ...trainerLimits, python: config.PYTHON },
    trainOnSparkFromRows: config.SPARK_TRAINING_FROM_ROWS,
  };
  const handlers: Handlers = {
    'dataset.import': createImportHandler({
      ...job,
      store: featureSets,
      invokeSample: sampleBySize(
        lake,
        createInvokeSample(lambda, config.SAMPLE_FUNCTION),
        createSampleHandler({ ...job, ...engine }),
      ),
      sources: {
        store: createSourceStore(database),
        readSecret: createReadSecret(secrets),
        egress: createEgress({
          allowedHosts: config.EGRESS_ALLOWED_HOSTS,
          proxyUrl: config.EGRESS_PROXY_URL,
        }),
        redshift,
        sendAgain: createSendAgain(sqs, queueUrls),
        sliceMs: config.SOURCE_SLICE_SECONDS * 1000,
      },
      recordFiles,
    }),
    'records.compact': createCompactHandler({ database, recordFiles, now }),
    'removal.run': createRemovalHandler({ database, lake, warehouse, send, now }),
    'sources.due': createSourcesDueHandler(database, lake, now),
    'records.batch': createRecordsHandler({
      lake,
      workDir: config.WORK_DIR,
      store: createRecordsStore(database, now),
      files: recordFiles,
      send,
      markBatchStored: createMarkBatchStored(dynamodb, config.INGEST_TABLE, now),
    }),
    'training.run': createTrainingHandler(training),
    'online-features.publish': createOnlineFeaturesHandler(training),
    'online-features.refresh': createRefreshHandler(database),
    'spark-run.check': runs.checkRun,
    'batch-prediction.run': createBatchPredictionHandler({ ...job, database }),
    'assignments.batch': createAssignmentsHandler(load),
    'metric-events.load': createMetricEventsHandler(load),
    'metric-events.backfill': createBackfillHandler({ database, lake, send }),
    'experiment.analyze': createAnalyzeHandler({
      database,
      warehouse,
      reconcile: createReconcileExposures({
        ...load,
        log: createExposureLog(dynamodb, config.PREDICTIONS_TABLE),
        now,
      }),
      now,
    }),
    'jobs.sweep': createSweepHandler({
      jobs,
      unfinished: createUnfinishedJobs(database),
      sqs,
      queueUrls,
      now: Date.now,
    }),
    'mail.send': createMailHandler({
      database,
      sendMail: createSendMail(ses, config.MAIL_FROM),
      dashboardUrl: config.DASHBOARD_URL,
      now: Date.now,
    }),
    'notification.send': createNotificationHandler(database),
  };
  return {
    sqs,
    queueUrls,
    handlers,
    jobs,
    database,
    async close() {
      await database.close();
      runs.close();
      for (const client of [sqs, lambda, dynamodb, redshift, secrets, ses, s3]) client.destroy();
    },
  };
}
