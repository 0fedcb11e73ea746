import type { ExperimentLook } from '@foretell/core/contracts/experiments';
import { Alert, List, Text } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import { formatCount, formatShare } from '../../format/numbers.ts';

/** Whether the figures below can be trusted at all. */
export function HealthPanel({ look, split }: { look: ExperimentLook; split: number }) {
  const { health, units } = look;
  const total = units.model + units.fallback;
  const share = total === 0 ? null : units.model / total;
  const sound = !health.sampleRatioAlarm && health.unitsInBothGroups === 0;
  const shares = `${formatCount(units.model)} units got the model, ${formatCount(units.fallback)} the fallback${share === null ? '' : ` (${formatShare(share)} and ${formatShare(1 - share)}; meant: ${formatShare(split, 0)})`}`;
  return (
    <Alert
      color={sound ? 'teal' : 'red'}
      variant="light"
      icon={sound ? <IconShieldCheck /> : <IconAlertTriangle />}
      title={sound ? 'The figures can be trusted' : 'Do not trust the figures yet'}
    >
      <List size="sm">
        <List.Item>
          {shares}
          {health.sampleRatioAlarm
            ? ': the groups are not split as meant, so something drops or adds units of one group.'
            : ': as meant.'}
        </List.Item>
        <List.Item>
          {health.unitsInBothGroups === 0
            ? 'No unit was in both groups.'
            : `${formatCount(health.unitsInBothGroups)} units were in both groups.`}
        </List.Item>
        {health.eventsWithoutExposure > 0 && (
          <List.Item>
            {formatCount(health.eventsWithoutExposure)} events are about units that got no prediction; they
            are not counted.
          </List.Item>
        )}
      </List>
      <Text size="xs" mt={4}>
        Split check: evidence against a right split {health.sampleRatioE.toPrecision(3)} (alarm above 1,000),
        safe to read at any time.
      </Text>
    </Alert>
  );
}
