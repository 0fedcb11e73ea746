import type { ActionOnFailure, StepConfig } from '@aws-sdk/client-emr';
import { submitConf, type SparkSettings } from './spark-submit-conf.ts';

/** A run as a step of EMR on EC2. */
export const emrStep = (
  name: string,
  folderUri: string,
  { bucket, runnerKey, conf }: SparkSettings,
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
      ...submitConf({ ...conf, 'spark.yarn.maxAppAttempts': '1' }),
      `s3://${bucket}/${runnerKey}`,
      folderUri,
    ],
  },
});
