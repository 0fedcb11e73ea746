import type { Panel } from './constructs/dashboard.ts';

export interface PanelsOf {
  readonly environment: string;
  /** ARN suffixes, by what each balances. */
  readonly balancers: Readonly<Record<string, string>>;
  readonly clusterName: string;
  readonly queueNames: readonly string[];
}

/** Traffic first, then what it stands on, then the jobs. */
export function environmentPanels({
  environment,
  balancers,
  clusterName,
  queueNames,
}: PanelsOf): readonly Panel[] {
  const name = `foretell-${environment}`;
  const balanced = (metric: string, options: Readonly<Record<string, string>> = {}) =>
    Object.entries(balancers).map(([label, arnSuffix]) => [
      'AWS/ApplicationELB',
      metric,
      'LoadBalancer',
      arnSuffix,
      { label, ...options },
    ]);
  const queued = (metric: string) => queueNames.map((queue) => ['AWS/SQS', metric, 'QueueName', queue]);
  const database = (metric: string) => [['AWS/RDS', metric, 'DBInstanceIdentifier', name]];
  return [
    { title: 'Requests a minute', metrics: balanced('RequestCount'), statistic: 'Sum' },
    { title: 'p99 of the answers, s', metrics: balanced('TargetResponseTime'), statistic: 'p99' },
    { title: '5xx a minute', metrics: balanced('HTTPCode_Target_5XX_Count'), statistic: 'Sum' },
    {
      title: 'CPU of the cluster, units',
      metrics: [
        ['ECS/ContainerInsights', 'CpuUtilized', 'ClusterName', clusterName],
        ['ECS/ContainerInsights', 'CpuReserved', 'ClusterName', clusterName],
      ],
      statistic: 'Average',
    },
    { title: 'Oldest message, s', metrics: queued('ApproximateAgeOfOldestMessage'), statistic: 'Maximum' },
    {
      title: 'Messages waiting',
      metrics: queued('ApproximateNumberOfMessagesVisible'),
      statistic: 'Maximum',
    },
    {
      title: 'Predictions written a minute',
      metrics: [['AWS/DynamoDB', 'ConsumedWriteCapacityUnits', 'TableName', `${name}-predictions`]],
      statistic: 'Sum',
    },
    { title: 'MySQL CPU, %', metrics: database('CPUUtilization'), statistic: 'Average' },
    { title: 'MySQL connections', metrics: database('DatabaseConnections'), statistic: 'Maximum' },
    {
      title: 'Sample function, ms',
      metrics: [['AWS/Lambda', 'Duration', 'FunctionName', `${name}-sample`]],
      statistic: 'p99',
    },
    {
      title: 'Redshift, RPU seconds',
      metrics: [['AWS/Redshift-Serverless', 'ComputeSeconds', 'Workgroup', name]],
      statistic: 'Sum',
    },
  ];
}
