import type { Metric } from '@foretell/core/contracts/experiments';
import type { Dataset } from '@foretell/core/contracts/control-api/datasets';
import { Text } from '@mantine/core';
import { plural } from '../../format/numbers.ts';
import { TextLink } from '../../widgets/text-link.tsx';

const roleWords: Record<Metric['role'], string> = {
  primary: 'decides',
  secondary: 'is shown',
  guardrail: 'must not get worse',
};

/** What is measured of each unit. */
function measured({ kind, valueColumn = '', denominatorColumn = '' }: Metric): string {
  switch (kind) {
    case 'conversion':
      return `share of units with an event${valueColumn === '' ? '' : ` with ${valueColumn} above 0`}`;
    case 'count':
      return 'events a unit';
    case 'sum':
      return `sum of ${valueColumn} a unit`;
    case 'ratio':
      return `${valueColumn} divided by ${denominatorColumn}`;
  }
}

/** One metric as it was set up: what it measures, and the dataset its events are to be sent to. */
export function MetricWords({ metric, dataset }: { metric: Metric; dataset: Dataset | undefined }) {
  const { name, role, better, unitColumn, windowHours } = metric;
  return (
    <Text size="sm">
      <b>{name}</b> {roleWords[role]}: {measured(metric)}, within {plural(windowHours / 24, 'day')} of the
      unit’s first prediction; {better} is better. Its events are sent to{' '}
      <TextLink to={`/datasets/${metric.dataset}?tab=records`}>{dataset?.name ?? 'its dataset'}</TextLink>,
      the unit in <code>{unitColumn}</code>.
    </Text>
  );
}
