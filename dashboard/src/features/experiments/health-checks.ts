import type { ExperimentLook } from '@foretell/core/contracts/experiments';
import { formatCount, formatShare } from '../../format/numbers.ts';

export interface HealthCheck {
  /** `bad`: no figure can be believed; `warn`: to be known when reading them. */
  level: 'ok' | 'warn' | 'bad';
  text: string;
}

function splitCheck({ health, units }: ExperimentLook, split: number): HealthCheck {
  const total = units.model + units.fallback;
  if (total === 0) return { level: 'warn', text: 'No unit has got a prediction since the start.' };
  const shares = `${formatShare(units.model / total)} and ${formatShare(units.fallback / total)}; meant: ${formatShare(split, 0)} and ${formatShare(1 - split, 0)}`;
  const counts = `${formatCount(units.model)} units got the model, ${formatCount(units.fallback)} the fallback (${shares})`;
  return health.sampleRatioAlarm
    ? {
        level: 'bad',
        text: `${counts}: the groups are not split as meant, so something drops or adds units of one group.`,
      }
    : { level: 'ok', text: `${counts}: split as meant.` };
}

function groupChecks({ health }: ExperimentLook): HealthCheck[] {
  const { unitsInBothGroups, unitsInWrongGroup = 0 } = health;
  const both: HealthCheck =
    unitsInBothGroups === 0
      ? { level: 'ok', text: 'No unit was in both groups.' }
      : { level: 'bad', text: `${formatCount(unitsInBothGroups)} units were in both groups.` };
  if (unitsInWrongGroup === 0) return [both];
  const text = `${formatCount(unitsInWrongGroup)} units are not in the group that the experiment gives them.`;
  return [both, { level: 'bad', text }];
}

function beforeChecks({ health }: ExperimentLook): HealthCheck[] {
  const checked = health.preExposure ?? [];
  const apart = checked.filter(({ alarm }) => alarm);
  if (apart.length > 0)
    return apart.map(({ metric }) => ({
      level: 'bad',
      text: `The groups differed in ${metric} before the experiment touched them: they are not comparable.`,
    }));
  if (checked.length === 0) return [];
  return [{ level: 'ok', text: 'Before their first prediction the groups were alike.' }];
}

function dataChecks({ health }: ExperimentLook): HealthCheck[] {
  const { lateEvents = 0, eventsWithoutExposure, missingData = [] } = health;
  const checks = missingData.map(({ metric, detail }): HealthCheck => ({
    level: 'warn',
    text: `${metric}: ${detail}.`,
  }));
  if (lateEvents > 0)
    checks.push({
      level: 'warn',
      text: `${formatCount(lateEvents)} events came more than a day after they happened: looks before them did not know.`,
    });
  if (eventsWithoutExposure > 0)
    checks.push({
      level: 'warn',
      text: `${formatCount(eventsWithoutExposure)} events are about units that got no prediction; they are not counted.`,
    });
  return checks;
}

/** Whether a look's figures may be believed, worst first. */
export function healthChecks(look: ExperimentLook, split: number): HealthCheck[] {
  const checks = [splitCheck(look, split), ...groupChecks(look), ...beforeChecks(look), ...dataChecks(look)];
  const order = ['bad', 'warn', 'ok'];
  return checks.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
}
