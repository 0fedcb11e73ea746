import type { ActionOnFailure, StepConfig } from '@aws-sdk/client-emr';
import type { JobSpec } from '../job.ts';
import { settingsOf, submitConf, type SparkSettings } from './spark-submit-conf.ts';

/** A run as a step of EMR on EC2. */
export const emrStep = (
  name: string,
  folderUri: string,
  job: JobSpec,
  settings: SparkSettings,
  onFailure: ActionOnFailure,
): StepConfig => ({
  Name: name,
  ActionOnFailure: onFailure,
  HadoopJarStep: {
    Jar: 'command-runner.jar',
    Args: [
      'spark-submit',
      '--deploy-mode',
      'cluster',
      ...submitConf({ ...settingsOf(settings, job), 'spark.yarn.maxAppAttempts': '1' }),
      `s3://${settings.bucket}/${settings.runnerKey}`,
      folderUri,
    ],
  },
});
