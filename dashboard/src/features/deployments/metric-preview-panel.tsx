import { type MetricPreview, metricPreview } from '@foretell/core/contracts/metric-preview';
import { Accordion, Button, Stack, Text } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { readableError } from '../../api/api-error.ts';
import { sendJson } from '../../api/client.ts';
import { formatCount, formatNumber, formatShare } from '../../format/numbers.ts';
import { formatTime } from '../../format/times.ts';
import { CodeBlock } from '../../widgets/code-block.tsx';
import { DataTable } from '../../widgets/data-table.tsx';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { type MetricValues, toMetric } from './deployment-values.ts';

/** What the metric makes of real events, before anybody is experimented on. */
export function MetricPreviewPanel({ metric }: { metric: MetricValues }) {
  const preview = useMutation({
    mutationFn: () => {
      const asked = toMetric(metric);
      return sendJson(
        'POST',
        '/metric-previews',
        { ...asked, name: asked.name === '' ? 'preview' : asked.name },
        metricPreview,
      );
    },
  });
  return (
    <Stack gap="xs" mt="sm">
      <Button
        variant="default"
        size="xs"
        style={{ alignSelf: 'start' }}
        leftSection={<IconEye size={16} />}
        disabled={metric.dataset === '' || metric.unitColumn === ''}
        loading={preview.isPending}
        onClick={() => preview.mutate()}
      >
        Try it on real events
      </Button>
      <FormAlert message={preview.isError ? readableError(preview.error) : null} />
      {preview.data !== undefined && <Preview preview={preview.data} kind={metric.kind} />}
    </Stack>
  );
}

function Preview({ preview, kind }: { preview: MetricPreview; kind: MetricValues['kind'] }) {
  const { records, from, to, examples, unitsToDetect, sql } = preview;
  if (records === 0 || from === null || to === null)
    return (
      <Text size="sm">
        No event has come to this dataset in the last 60 days. The experiment counts them once they come.
      </Text>
    );
  return (
    <>
      <Text size="sm">{figuresOf(preview, kind)}</Text>
      <Text size="sm">
        To see it change{' '}
        {unitsToDetect
          .map(
            ({ lift, units }) =>
              `by ${formatShare(lift, 0)}: ${units === null ? 'no number of units will do' : `about ${formatCount(units)} units`}`,
          )
          .join(' · ')}
      </Text>
      <DataTable
        caption="Newest events"
        minWidth={320}
        rows={examples}
        rowKey={(_, index) => index}
        columns={[
          { header: 'Unit', cell: ({ unit }) => unit },
          { header: 'When', cell: ({ at }) => formatTime(at) },
          {
            header: 'Value',
            align: 'right',
            cell: ({ value }) => (value === null ? '–' : formatNumber(value)),
          },
        ]}
      />
      <Accordion variant="contained" keepMounted={false}>
        <Accordion.Item value="sql">
          <Accordion.Control>The SQL that will compute it</Accordion.Control>
          <Accordion.Panel>
            <CodeBlock label="SQL" code={sql} maxHeight={320} />
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </>
  );
}

function figuresOf(preview: MetricPreview, kind: MetricValues['kind']): string {
  const { records, recordsWithoutUnit, from, to, units, mean, standardDeviation, largest, cap } = preview;
  const span = from === null || to === null ? '' : `, ${formatTime(from)} to ${formatTime(to)}`;
  const value =
    kind === 'conversion'
      ? `${formatShare(mean, 2)} converted`
      : `${kind === 'ratio' ? 'ratio' : 'mean'} ${formatNumber(mean)}, standard deviation ${formatNumber(standardDeviation)}`;
  const capped =
    cap === null ? '' : ` Capped at ${formatNumber(cap)}; the largest was ${formatNumber(largest)}.`;
  const without =
    recordsWithoutUnit === 0 ? '' : ` ${formatCount(recordsWithoutUnit)} events have no unit in this column.`;
  return `${formatCount(records)} events of ${formatCount(units)} units${span}: ${value}, within the window from each unit’s first event.${capped}${without}`;
}
