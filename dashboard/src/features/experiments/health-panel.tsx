import type { ExperimentLook } from '@foretell/core/contracts/experiments';
import { Alert, List, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconHourglass, IconShieldCheck, IconX } from '@tabler/icons-react';
import { healthChecks } from './health-checks.ts';

const looks = {
  empty: { color: 'blue', icon: <IconHourglass />, title: 'No figures yet' },
  ok: { color: 'teal', icon: <IconShieldCheck />, title: 'The figures can be trusted' },
  warn: { color: 'yellow', icon: <IconAlertTriangle />, title: 'The figures can be trusted, but know this' },
  bad: { color: 'red', icon: <IconAlertTriangle />, title: 'Do not trust the figures yet' },
} as const;

const marks = {
  ok: <IconCheck size={16} color="var(--mantine-color-teal-7)" aria-label="good" />,
  warn: <IconAlertTriangle size={16} color="var(--mantine-color-yellow-8)" aria-label="take note" />,
  bad: <IconX size={16} color="var(--mantine-color-red-7)" aria-label="bad" />,
} as const;

/** Whether the figures below can be trusted at all: read before any of them. */
export function HealthPanel({ look, split }: { look: ExperimentLook; split: number }) {
  const checks = healthChecks(look, split);
  const { color, icon, title } =
    looks[look.units.model + look.units.fallback === 0 ? 'empty' : (checks[0]?.level ?? 'ok')];
  return (
    <Alert color={color} variant="light" icon={icon} title={title}>
      <List size="sm" spacing={4} center>
        {checks.map(({ level, text }) => (
          <List.Item key={text} icon={marks[level]}>
            {text}
          </List.Item>
        ))}
      </List>
      <Text size="xs" mt={4}>
        Split check: evidence against a right split {look.health.sampleRatioE.toPrecision(3)} (alarm above
        1,000), safe to read at any time.
      </Text>
    </Alert>
  );
}
