import {
  CancelJobRunCommand,
  GetJobRunCommand,
  StartJobRunCommand,
  type EMRServerlessClient,
  type JobRun,
} from '@aws-sdk/client-emr-serverless';
import { sparkDialect } from '../dialect.ts';
import { failureInWords } from './failure-words.ts';
import { refusal } from './refusal.ts';
import { runFolder, type RunLake } from './run-folder.ts';
import type { SparkLogs } from './spark-logs.ts';
import { settingsOf, submitConf, type SparkSettings } from './spark-submit-conf.ts';
import type { RunHandle, RunState, TrainingSetRunner } from './training-set-runner.ts';

export interface ServerlessSettings extends SparkSettings {
  applicationId: string;
  jobRoleArn: string;
  /** After which a run is ended, and has failed. */
  timeoutMinutes: number;
}

/** EMR Serverless: its own client token makes a submission happen once. */
export function createServerlessRunner(
  client: EMRServerlessClient,
  lake: RunLake,
  logs: SparkLogs,
  settings: ServerlessSettings,
): TrainingSetRunner {
  const { applicationId, bucket, logPrefix } = settings;
  const logUri = `s3://${bucket}/${logPrefix}`;

  async function failed(handle: RunHandle, { stateDetails }: JobRun): Promise<RunState> {
    const told = await runFolder(lake, handle.folder).failure();
    if (told) return { status: 'failed', cause: told };
    const driver = `${logPrefix}applications/${applicationId}/jobs/${handle.engineId}/SPARK_DRIVER/`;
    const printed = (await logs.read(`${driver}stderr.gz`)) + (await logs.read(`${driver}stdout.gz`));
    return { status: 'failed', cause: failureInWords(printed, stateDetails) };
  }

  return {
    dialect: sparkDialect,
    async submit(runId, run) {
      const folder = runFolder(lake, run.folder);
      await folder.putJob(run);
      const started = await refusal(
        client.send(
          new StartJobRunCommand({
            applicationId,
            clientToken: runId,
            name: runId,
            executionRoleArn: settings.jobRoleArn,
            executionTimeoutMinutes: settings.timeoutMinutes,
            jobDriver: {
              sparkSubmit: {
                entryPoint: `s3://${bucket}/${settings.runnerKey}`,
                entryPointArguments: [folder.uri],
                sparkSubmitParameters: submitConf(settingsOf(settings, run.job)).join(' '),
              },
            },
            configurationOverrides: { monitoringConfiguration: { s3MonitoringConfiguration: { logUri } } },
          }),
        ),
      );
      if (started.jobRunId === undefined) throw new Error(`EMR Serverless started ${runId} without an id`);
      return { runId, folder: run.folder, engineId: started.jobRunId };
    },
    async describe(handle) {
      const { jobRun } = await refusal(
        client.send(new GetJobRunCommand({ applicationId, jobRunId: handle.engineId })),
      );
      if (!jobRun) throw new Error(`EMR Serverless knows no job run ${handle.engineId}`);
      switch (jobRun.state) {
        case 'SUCCESS':
          return finished(handle, jobRun);
        case 'FAILED':
          return failed(handle, jobRun);
        case 'CANCELLED':
          return { status: 'cancelled' };
        case 'RUNNING':
        case 'CANCELLING':
          return { status: 'running' };
        default:
          return { status: 'queued' };
      }
    },
    async cancel({ engineId }) {
      await refusal(client.send(new CancelJobRunCommand({ applicationId, jobRunId: engineId })));
    },
  };

  async function finished(handle: RunHandle, jobRun: JobRun): Promise<RunState> {
    const manifest = await runFolder(lake, handle.folder).manifest();
    return manifest ? { status: 'succeeded', manifest } : failed(handle, jobRun);
  }
}
