import {
  DescribeClusterCommand,
  paginateListClusters,
  paginateListSteps,
  RunJobFlowCommand,
  TerminateJobFlowsCommand,
  type EMRClient,
  type RunJobFlowCommandInput,
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

export interface TransientSettings extends SparkSettings {
  /** RunJobFlow's own fields: Instances, ReleaseLabel, roles. Name, Steps and LogUri are this runner's. */
  cluster: Record<string, unknown>;
}

/**
 * EMR on EC2, a cluster a run, that ends with its one step. RunJobFlow has no client token: whoever finds the run's job.json
 * in place looks for a cluster of its name first. Of two that submit at the very same time, the second's step ends without
 * touching what the first wrote.
 */
export function createTransientRunner(
  client: EMRClient,
  lake: RunLake,
  logs: SparkLogs,
  settings: TransientSettings,
): TrainingSetRunner {
  const { bucket, logPrefix, cluster } = settings;

  async function findCluster(name: string): Promise<string | undefined> {
    for await (const { Clusters } of paginateListClusters({ client }, {})) {
      const found = Clusters?.find(({ Name }) => Name === name);
      if (found?.Id !== undefined) return found.Id;
    }
    return undefined;
  }

  async function startCluster(name: string, folderUri: string, job: JobSpec): Promise<string> {
    const request: Partial<RunJobFlowCommandInput> = cluster;
    const { JobFlowId } = await client.send(
      new RunJobFlowCommand({
        ...request,
        Name: name,
        LogUri: `s3://${bucket}/${logPrefix}`,
        Applications: [{ Name: 'Spark' }],
        Instances: { ...request.Instances, KeepJobFlowAliveWhenNoSteps: false },
        Steps: [emrStep(name, folderUri, job, settings, 'TERMINATE_CLUSTER')],
      }),
    );
    if (JobFlowId === undefined) throw new Error(`EMR started cluster ${name} without an id`);
    return JobFlowId;
  }

  async function ended(handle: RunHandle, reason: string | undefined): Promise<RunState> {
    const folder = runFolder(lake, handle.folder);
    const manifest = await folder.manifest();
    if (manifest) return { status: 'succeeded', manifest };
    const told = await folder.failure();
    if (told) return { status: 'failed', cause: told };
    const [step] = await stepIds(handle.engineId);
    const printed = step === undefined ? '' : await stepLog(logs, `${logPrefix}${handle.engineId}/`, step);
    return { status: 'failed', cause: failureInWords(printed, reason) };
  }

  async function stepIds(clusterId: string): Promise<string[]> {
    const ids: string[] = [];
    for await (const { Steps } of paginateListSteps({ client }, { ClusterId: clusterId }))
      for (const { Id } of Steps ?? []) if (Id !== undefined) ids.push(Id);
    return ids;
  }

  return {
    dialect: sparkDialect,
    async submit(runId, run) {
      const folder = runFolder(lake, run.folder);
      const isNew = await folder.putJob(run);
      const found = isNew ? undefined : await refusal(findCluster(runId));
      const engineId = found ?? (await refusal(startCluster(runId, folder.uri, run.job)));
      return { runId, folder: run.folder, engineId };
    },
    async describe(handle) {
      const { Cluster } = await refusal(
        client.send(new DescribeClusterCommand({ ClusterId: handle.engineId })),
      );
      const status = Cluster?.Status;
      if (!status) throw new Error(`EMR knows no cluster ${handle.engineId}`);
      const { Code, Message } = status.StateChangeReason ?? {};
      switch (status.State) {
        case 'STARTING':
        case 'BOOTSTRAPPING':
          return { status: 'queued' };
        case 'RUNNING':
        case 'WAITING':
        case 'TERMINATING':
          return { status: 'running' };
        default:
          if (Code === 'USER_REQUEST') return { status: 'cancelled' };
          return ended(handle, Message);
      }
    },
    async cancel({ engineId }) {
      await refusal(client.send(new TerminateJobFlowsCommand({ JobFlowIds: [engineId] })));
    },
  };
}
