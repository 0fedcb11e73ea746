import {
  AddJobFlowStepsCommand,
  CancelStepsCommand,
  DescribeStepCommand,
  paginateListSteps,
  type EMRClient,
  type StepStatus,
} from '@aws-sdk/client-emr';
import { sparkDialect } from '../dialect.ts';
import type { JobSpec } from '../job.ts';
import { emrStep } from './emr-step.ts';
import { failureInWords } from './failure-words.ts';
import { refusal } from './refusal.ts';
import { runFolder, type RunLake } from './run-folder.ts';
import type { SparkLogs } from './spark-logs.ts';
import { stepLog } from './step-log.ts';
import type { SparkSettings } from './spark-submit-conf.ts';
import type { RunHandle, RunState, TrainingSetRunner } from './training-set-runner.ts';

export interface ClusterSettings extends SparkSettings {
  clusterId: string;
}

/**
 * EMR on EC2: a step a run. Steps have no client token: whoever finds the run's job.json in place looks for a step of its
 * name first. Of two that submit at the very same time, the second step ends without touching what the first wrote.
 */
export function createClusterRunner(
  client: EMRClient,
  lake: RunLake,
  logs: SparkLogs,
  settings: ClusterSettings,
): TrainingSetRunner {
  const { clusterId, logPrefix } = settings;

  async function findStep(name: string): Promise<string | undefined> {
    for await (const { Steps } of paginateListSteps({ client }, { ClusterId: clusterId })) {
      const step = Steps?.find(({ Name }) => Name === name);
      if (step?.Id !== undefined) return step.Id;
    }
    return undefined;
  }

  async function addStep(name: string, folderUri: string, job: JobSpec): Promise<string> {
    const { StepIds } = await client.send(
      new AddJobFlowStepsCommand({
        JobFlowId: clusterId,
        Steps: [emrStep(name, folderUri, job, settings, 'CONTINUE')],
      }),
    );
    const [id] = StepIds ?? [];
    if (id === undefined) throw new Error(`EMR added step ${name} without an id`);
    return id;
  }

  async function failed(handle: RunHandle, status: StepStatus): Promise<RunState> {
    const told = await runFolder(lake, handle.folder).failure();
    if (told) return { status: 'failed', cause: told };
    const { Message, Reason } = status.FailureDetails ?? {};
    const reason = Message ?? Reason ?? status.StateChangeReason?.Message;
    const printed = await stepLog(logs, `${logPrefix}${clusterId}/`, handle.engineId);
    return { status: 'failed', cause: failureInWords(printed, reason) };
  }

  return {
    dialect: sparkDialect,
    async submit(runId, run) {
      const folder = runFolder(lake, run.folder);
      const isNew = await folder.putJob(run);
      const found = isNew ? undefined : await refusal(findStep(runId));
      const engineId = found ?? (await refusal(addStep(runId, folder.uri, run.job)));
      return { runId, folder: run.folder, engineId };
    },
    async describe(handle) {
      const { Step } = await refusal(
        client.send(new DescribeStepCommand({ ClusterId: clusterId, StepId: handle.engineId })),
      );
      const status = Step?.Status;
      if (!status) throw new Error(`EMR knows no step ${handle.engineId}`);
      switch (status.State) {
        case 'PENDING':
          return { status: 'queued' };
        case 'RUNNING':
        case 'CANCEL_PENDING':
          return { status: 'running' };
        case 'CANCELLED':
          return { status: 'cancelled' };
        default: {
          const manifest = await runFolder(lake, handle.folder).manifest();
          return manifest ? { status: 'succeeded', manifest } : failed(handle, status);
        }
      }
    },
    async cancel({ engineId }) {
      await refusal(
        client.send(
          new CancelStepsCommand({
            ClusterId: clusterId,
            StepIds: [engineId],
            StepCancellationOption: 'SEND_INTERRUPT',
          }),
        ),
      );
    },
  };
}
