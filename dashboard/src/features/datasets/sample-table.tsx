import type { FeatureSetSample } from '@foretell/core/contracts/feature-set';
import { Group, Pagination, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { formatCount } from '../../format/numbers.ts';
import { formatScalar } from '../../format/scalar.ts';
import { DataTable } from '../../widgets/data-table.tsx';

type SampleRow = FeatureSetSample['rows'][number];

const pageSize = 25;

export function SampleTable({ sample, columns }: { sample: FeatureSetSample; columns: readonly string[] }) {
  const [page, setPage] = useState(1);
  const rows = sample.rows.slice((page - 1) * pageSize, page * pageSize);
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {sample.size < sample.of
          ? `${formatCount(sample.size)} rows drawn evenly from all ${formatCount(sample.of)}. A share read from them is right to within ±${(sample.standardError * 196).toFixed(1)} points (95 times of 100).`
          : `All ${formatCount(sample.of)} rows.`}
      </Text>
      <DataTable
        caption="Sample rows"
        minWidth={Math.max(480, columns.length * 120)}
        maxHeight={560}
        rows={rows}
        rowKey={(_row, index) => index}
        columns={columns.map((name) => ({
          header: name,
          cell: (row: SampleRow) => <Cell value={row[name]} />,
          align: typeof sample.rows[0]?.[name] === 'number' ? ('right' as const) : ('left' as const),
        }))}
      />
      <Group justify="center">
        <Pagination
          total={Math.ceil(sample.rows.length / pageSize)}
          value={page}
          onChange={setPage}
          getControlProps={(control) => ({ 'aria-label': `${control} page` })}
        />
      </Group>
    </Stack>
  );
}

function Cell({ value }: { value: SampleRow[string] | undefined }) {
  if (value === null || value === undefined) {
    return (
      <Text span size="sm" c="dimmed" fs="italic">
        missing
      </Text>
    );
  }
  return <span style={{ whiteSpace: 'nowrap' }}>{formatScalar(value)}</span>;
}
