import type { ExperimentLook, Metric, MetricResult } from '@foretell/core/contracts/experiments';
import { Accordion, Badge, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { formatCount, formatShare, formatSigned } from '../../format/numbers.ts';
import { colors } from '../../plots/colors.ts';
import { IntervalOverLooks, type LookPoint } from '../../plots/interval-over-looks.tsx';
import { CodeBlock } from '../../widgets/code-block.tsx';
import { DataTable } from '../../widgets/data-table.tsx';
import { Section } from '../../widgets/section.tsx';
import { adjustmentWords, estimateWords, metricFormat, outlookWords } from './verdict-words.ts';

const roleWords: Record<MetricResult['role'], string> = {
  primary: 'decides',
  secondary: 'shown',
  guardrail: 'guardrail',
};

function pointsOf(
  looks: readonly ExperimentLook[],
  metric: string,
  bound: (difference: number) => number,
): LookPoint[] {
  return looks.flatMap(({ at, metrics }) => {
    const result = metrics.find((one) => one.metric === metric);
    if (result === undefined) return [];
    const { estimate, low, high } = result;
    return estimate === null || low === null || high === null
      ? []
      : [{ at: new Date(at), estimate, low: bound(low), high: bound(high) }];
  });
}

/** One metric: what it says, how it got there over time, and the figures of each group. */
export function MetricPanel({
  result,
  metric,
  looks,
}: {
  result: MetricResult;
  metric: Metric | undefined;
  looks: readonly ExperimentLook[];
}) {
  const kind = metric?.kind;
  const format = useMemo(() => metricFormat(kind), [kind]);
  const points = useMemo(() => pointsOf(looks, result.metric, format.bound), [looks, result.metric, format]);
  return (
    <Section
      title={result.metric}
      hint={estimateWords(result, kind)}
      actions={
        <Badge
          variant="light"
          color={result.role === 'primary' ? 'indigo' : 'gray'}
          tt="none"
          style={{ flexShrink: 0 }}
        >
          {roleWords[result.role]}
        </Badge>
      }
    >
      <Stack>
        {points.length > 0 && <IntervalOverLooks points={points} unit={format.unit} format={format.tick} />}
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <GroupsTable result={result} mean={format.mean} kind={kind} />
          <Stack gap="xs">
            {[outlookWords(result, kind), adjustmentWords(result)].map(
              (words) =>
                words !== null && (
                  <Text size="sm" key={words}>
                    {words}
                  </Text>
                ),
            )}
            <Text size="sm" c="dimmed">
              {result.relativeLift !== null &&
                `Relative to the fallback: ${formatSigned(result.relativeLift, (x) => formatShare(x))} (shown, never decided on). `}
              {result.p !== null && `p = ${result.p.toPrecision(2)}, right whenever it is read. `}
              {metric !== undefined &&
                `Events within ${formatCount(metric.windowHours / 24)} days of a unit’s first prediction count; ${metric.better} is better.`}
            </Text>
          </Stack>
        </SimpleGrid>
        <Accordion variant="contained" keepMounted={false}>
          <Accordion.Item value="sql">
            <Accordion.Control>The SQL that computed it</Accordion.Control>
            <Accordion.Panel>
              <CodeBlock label="SQL" code={result.sql} maxHeight={420} />
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      </Stack>
    </Section>
  );
}

function GroupsTable({
  result,
  mean,
  kind,
}: {
  result: MetricResult;
  mean: (value: number) => string;
  kind: Metric['kind'] | undefined;
}) {
  const rows = (['model', 'fallback'] as const).map((group) => ({
    group,
    sums: result.groups[group],
    mean: result.means[group],
  }));
  return (
    <DataTable
      caption={`${result.metric} by group`}
      minWidth={290}
      rows={rows}
      rowKey={({ group }) => group}
      columns={[
        {
          header: 'Group',
          cell: ({ group }) => (
            <Group gap="xs" wrap="nowrap">
              <Badge circle size="xs" color={colors[group]} />
              {group}
            </Group>
          ),
        },
        { header: 'Units', align: 'right', cell: ({ sums }) => formatCount(sums.n) },
        {
          header: kind === 'conversion' ? 'Converted' : 'With events',
          align: 'right',
          cell: ({ sums }) => formatCount(sums.conversions),
        },
        {
          header: kind === 'conversion' ? 'Share' : kind === 'ratio' ? 'Ratio' : 'Mean',
          align: 'right',
          cell: (row) => <b>{mean(row.mean)}</b>,
        },
      ]}
    />
  );
}
