import { runInNewContext } from 'node:vm';
import type { Answered } from './listener.ts';
import type { Pace } from './pace.ts';
import type { TargetGroup } from './target-groups.ts';

export interface AlarmMetric {
  readonly name: string;
  readonly statistic: string;
  readonly targetGroup: TargetGroup;
}

export interface AlarmConfig {
  readonly name: string;
  /** Metric math over the metrics by their ids; of one metric, its id. */
  readonly expression: string;
  readonly metrics: Readonly<Record<string, AlarmMetric>>;
  readonly threshold: number;
  readonly periodSeconds: number;
  readonly periods: number;
}

export interface WatchedAlarm extends AlarmConfig {
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  changedAt: Date;
  reason: string;
}

/** The functions of CloudWatch's metric math that our alarms use; its operators are JavaScript's. */
const metricMath = {
  IF: (condition: unknown, yes: unknown, no: unknown) => (condition ? yes : no),
  FILL: (value: number | null, instead: number) => value ?? instead,
  MAX: (values: readonly number[]) => Math.max(...values),
};

function percentile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
}

/** A load balancer's metric over one period, from the requests it answered. */
function measure(
  { name, statistic, targetGroup }: AlarmMetric,
  answers: readonly Answered[],
  pace: Pace,
): number | null {
  const own = answers.filter(({ group, target }) => group === targetGroup && target !== null);
  switch (name) {
    case 'RequestCount':
      // A minute of AWS's time has fewer requests here, for it is shorter.
      return own.length / pace.factor;
    case 'HTTPCode_Target_5XX_Count':
      return own.filter(({ status }) => status >= 500).length / pace.factor;
    case 'TargetResponseTime':
      return percentile(
        own.map(({ seconds }) => seconds),
        Number(statistic.slice(1)) / 100,
      );
    case 'UnHealthyHostCount':
      return targetGroup.targets.filter(({ state }) => state === 'unhealthy').length;
    default:
      throw new Error(`the metric ${name} is not stood in for`);
  }
}

/** The alarm's value over one period; null without data. */
export function evaluateAlarm(alarm: AlarmConfig, answers: readonly Answered[], pace: Pace): number | null {
  const values = Object.fromEntries(
    Object.entries(alarm.metrics).map(([id, metric]) => [id, measure(metric, answers, pace)]),
  );
  return runInNewContext(alarm.expression, { ...metricMath, ...values }) as number | null;
}

export interface AlarmWatch {
  note(answer: Answered): void;
  stop(): void;
}

/**
 * Evaluates alarms as CloudWatch does, on what the load balancers really saw: each period once, ALARM when all of the
 * last ones were above the threshold; missing data does not count as above.
 */
export function watchAlarms(
  alarms: readonly WatchedAlarm[],
  pace: Pace,
  onChange: (alarm: WatchedAlarm) => void,
): AlarmWatch {
  const answers: Answered[] = [];
  const longestMs = Math.max(
    0,
    ...alarms.map(({ periodSeconds, periods }) => pace.ms(periodSeconds) * (periods + 1)),
  );
  const evaluate = (alarm: WatchedAlarm) => {
    const [now, periodMs] = [Date.now(), pace.ms(alarm.periodSeconds)];
    const values = Array.from({ length: alarm.periods }, (_, index) => {
      const [from, to] = [now - periodMs * (index + 1), now - periodMs * index];
      return evaluateAlarm(
        alarm,
        answers.filter(({ at }) => at >= from && at < to),
        pace,
      );
    });
    const above = values.every((value) => value !== null && value > alarm.threshold);
    const state = above ? 'ALARM' : 'OK';
    if (state === alarm.state) return;
    Object.assign(alarm, {
      state,
      changedAt: new Date(now),
      reason: `Threshold Crossed: ${values.join(', ')} against ${alarm.threshold}`,
    });
    onChange(alarm);
  };
  const timers = alarms.map((alarm) => setInterval(() => evaluate(alarm), pace.ms(alarm.periodSeconds)));
  return {
    note(answer) {
      answers.push(answer);
      while ((answers[0]?.at ?? Infinity) < Date.now() - longestMs) answers.shift();
    },
    stop: () => timers.forEach((timer) => clearInterval(timer)),
  };
}
