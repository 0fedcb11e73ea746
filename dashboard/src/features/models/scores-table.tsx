import type { ModelMetrics } from '@foretell/core/contracts/model-version';
import { thresholdWords } from '@foretell/core/domain/metrics/threshold-words';
import { Text } from '@mantine/core';
import { formatCount } from '../../format/numbers.ts';
import { formatDay } from '../../format/times.ts';
import { DataTable } from '../../widgets/data-table.tsx';
import { Section } from '../../widgets/section.tsx';
import { scoreRows } from './headline.ts';

export function ScoresTable({ metrics }: { metrics: ModelMetrics }) {
  const [from, to] = metrics.periods.test;
  const threshold = thresholdWords(metrics);
  return (
    <Section
      title="How good it is"
      hint={`On ${formatCount(metrics.rows.test)} rows it never saw, from ${formatDay(from)} to ${formatDay(to)}, all later than those it learned from.`}
    >
      <DataTable
        caption="Scores of the model and of guessing"
        minWidth={290}
        rows={scoreRows(metrics)}
        rowKey={({ name }) => name}
        columns={[
          {
            header: 'Score',
            cell: ({ label, meaning }) => (
              <>
                {label}
                <Text size="xs" c="dimmed">
                  {meaning}
                </Text>
              </>
            ),
          },
          {
            header: 'Model',
            align: 'right',
            cell: ({ value, better }) => (
              <Text
                span
                fw={650}
                c={better === null ? 'inherit' : `var(--foretell-${better ? 'good' : 'bad'})`}
              >
                {value}
              </Text>
            ),
          },
          {
            header: 'Guessing',
            align: 'right',
            cell: ({ baseline }) => baseline ?? '–',
          },
        ]}
      />
      {threshold !== null && (
        <Text size="sm" mt="sm">
          {threshold}
        </Text>
      )}
    </Section>
  );
}
