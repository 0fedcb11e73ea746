import type { Dataset } from '@foretell/core/contracts/control-api/datasets';
import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CodeBlock } from '../../widgets/code-block.tsx';
import { TextLink } from '../../widgets/text-link.tsx';
import { useNow } from '../../widgets/use-now.ts';
import { experimentsQuery } from '../experiments/experiment-queries.ts';
import { meQuery } from '../sessions/me-query.ts';
import { sampleQuery } from './dataset-queries.ts';
import { sampleCells, sendRecordsSnippet } from './send-records-snippet.ts';

const minuteMs = 60_000;
const beforeAnyRow = { columns: ['customer', 'amount'], measured: new Set(['amount']) };

/** What a sample record holds: the columns that running experiments read, else those seen so far. */
function useSampleColumns({ id, schema }: Dataset) {
  const { data: experiments = [] } = useQuery(experimentsQuery());
  const metrics = experiments
    .filter(({ status }) => status === 'running')
    .flatMap((one) => one.metrics.filter(({ dataset }) => dataset === id));
  const units = new Set(metrics.map(({ unitColumn }) => unitColumn));
  const measured = new Set(
    metrics.flatMap(({ valueColumn, denominatorColumn }) =>
      [valueColumn, denominatorColumn].filter((column) => column !== undefined),
    ),
  );
  if (units.size > 0) return { columns: [...new Set([...units, ...measured])], measured, units: [...units] };
  if (schema === null) return { ...beforeAnyRow, units: [] };
  return { columns: schema.columns.map(({ name }) => name), measured, units: [] };
}

export function RecordsPanel({ dataset }: { dataset: Dataset }) {
  const { data: me } = useQuery(meQuery());
  const { data: sample } = useQuery({
    ...sampleQuery(dataset.id),
    enabled: dataset.latestFeatureSet !== null,
  });
  const { columns, measured, units } = useSampleColumns(dataset);
  const at = new Date(useNow(minuteMs)).toISOString();
  const seen = dataset.schema?.columns ?? [];
  const types = new Map(seen.map(({ name, type }) => [name, type]));
  const cells = sampleCells({ columns, types, measured, row: sample?.rows[0], at });
  const publicUrl = me?.publicUrl ?? window.location.origin;
  return (
    <Stack gap="sm" maw={860}>
      <Text size="sm">
        Send up to 2,000 rows a request, with an <TextLink to="/api-keys">API key</TextLink> that may send
        records. A row with a <code>record_id</code> counts once, even if it is sent again within 7 days.
      </Text>
      <CodeBlock label="request" code={sendRecordsSnippet({ publicUrl, dataset: dataset.id, at, cells })} />
      <Text size="sm" c="dimmed">
        The values are examples: a row sent as it stands becomes a row of the dataset.
        {units.length > 0 &&
          ` An experiment counts events by ${units.join(', ')}: the unit that its predictions were asked for.`}
      </Text>
      {seen.length > 0 && (
        <Text size="sm" c="dimmed">
          Columns seen so far: {seen.map(({ name }) => name).join(', ')}.
        </Text>
      )}
    </Stack>
  );
}
