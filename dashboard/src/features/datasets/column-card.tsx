import type { ColumnSummary } from '@foretell/core/contracts/feature-set';
import { Badge, Group, Paper, Stack, Text } from '@mantine/core';
import { formatCount, formatNumber, formatShare } from '../../format/numbers.ts';
import { formatScalar } from '../../format/scalar.ts';
import { formatDay } from '../../format/times.ts';
import { Histogram } from '../../plots/histogram.tsx';
import { TopValues } from '../../plots/top-values.tsx';

const isTime = ({ type }: ColumnSummary) => type === 'timestamp' || type === 'date';

function rangeOf(column: ColumnSummary): string | null {
  if (column.min === null || column.type === 'string' || column.type === 'boolean') return null;
  const show = isTime(column) ? (value: unknown) => formatDay(String(value)) : formatScalar;
  return `${show(column.min)} to ${show(column.max)}`;
}

/** One column in small: how it is filled and what its values are like. */
export function ColumnCard({ column }: { column: ColumnSummary }) {
  const range = rangeOf(column);
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" wrap="nowrap" mb="xs">
        <Text fw={600} truncate title={column.name}>
          {column.name}
        </Text>
        <Badge variant="default" tt="none" style={{ flexShrink: 0 }}>
          {column.type}
        </Badge>
      </Group>
      {column.histogram.length > 0 ? (
        <Histogram bins={column.histogram} isTime={isTime(column)} label={`Distribution of ${column.name}`} />
      ) : column.topValues.length === 0 ? (
        <Text size="sm" c="dimmed">
          {column.distinct === 0 ? 'It has no value at all.' : 'No value occurs more than once.'}
        </Text>
      ) : (
        <TopValues values={column.topValues} label={`Most frequent values of ${column.name}`} />
      )}
      <Stack gap={0} mt="xs">
        <Text size="sm">
          {formatCount(column.distinct)} distinct ·{' '}
          <Text span inherit c={column.nullShare > 0.5 ? 'var(--foretell-care)' : 'inherit'}>
            {column.nulls === 0 ? 'none missing' : `${formatShare(column.nullShare)} missing`}
          </Text>
        </Text>
        {range !== null && (
          <Text size="sm" c="dimmed">
            {range}
            {column.mean !== null && !isTime(column) && `, mean ${formatNumber(column.mean)}`}
          </Text>
        )}
      </Stack>
    </Paper>
  );
}
