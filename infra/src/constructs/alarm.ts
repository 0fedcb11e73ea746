import { CloudwatchMetricAlarm, type Construct } from '../cdktf.ts';

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Average`, `Maximum`, `Sum`, or a percentile as `p99`. */
  readonly statistic: string;
}

/** People are told, when it rings and when all is well again; or more tasks are started. */
type Rings = { readonly topicArn: string } | { readonly scalingPolicyArn: string };

export type AlarmProps = Rings & {
  readonly name: string;
  /** What somebody should do, or look at. */
  readonly description: string;
  /** Where the metric is kept. @default the stack's */
  readonly region?: string;
  /** One metric, or an expression over several, each under the name it has in the expression. */
  readonly watch:
    Metric | { readonly expression: string; readonly metrics: Readonly<Record<string, Metric>> };
  readonly above: number;
  /** Minutes in a row. @default 3 */
  readonly forMinutes?: number;
  /** What silence means. @default notBreaching */
  readonly missing?: 'notBreaching' | 'breaching';
};

const periodSeconds = 60;
const isPercentile = (statistic: string) => /^p\d/.test(statistic);

/** A measure that stays above its bound. */
export class Alarm extends CloudwatchMetricAlarm {
  constructor(scope: Construct, id: string, props: AlarmProps) {
    super(scope, id, {
      alarmName: props.name,
      alarmDescription: props.description,
      ...(props.region ? { region: props.region } : {}),
      comparisonOperator: 'GreaterThanThreshold',
      threshold: props.above,
      evaluationPeriods: props.forMinutes ?? 3,
      treatMissingData: props.missing ?? 'notBreaching',
      ...('topicArn' in props
        ? { alarmActions: [props.topicArn], okActions: [props.topicArn] }
        : { alarmActions: [props.scalingPolicyArn] }),
      ...('expression' in props.watch
        ? { metricQuery: queries(props.watch.expression, props.watch.metrics) }
        : single(props.watch)),
    });
  }
}

function single({ namespace, name, dimensions, statistic }: Metric) {
  return {
    namespace,
    metricName: name,
    dimensions: { ...dimensions },
    period: periodSeconds,
    ...(isPercentile(statistic) ? { extendedStatistic: statistic } : { statistic }),
  };
}

function queries(expression: string, metrics: Readonly<Record<string, Metric>>) {
  const inputs = Object.entries(metrics).map(([id, metric]) => ({
    id,
    returnData: false,
    metric: {
      namespace: metric.namespace,
      metricName: metric.name,
      dimensions: { ...metric.dimensions },
      period: periodSeconds,
      stat: metric.statistic,
    },
  }));
  return [{ id: 'watched', expression, label: 'watched', returnData: true }, ...inputs];
}
