import type { Experiment } from '@foretell/core/contracts/experiments';
import { DataList, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { formatCount, formatShare } from '../../format/numbers.ts';
import { formatTime } from '../../format/times.ts';
import { Section } from '../../widgets/section.tsx';
import { datasetsQuery } from '../datasets/dataset-queries.ts';
import { ModelVersionLink } from '../models/model-version-link.tsx';
import { MetricWords } from './metric-words.tsx';
import { fallbackWords } from './verdict-words.ts';

export function ExperimentFacts({ experiment }: { experiment: Experiment }) {
  const { data: datasets = [] } = useQuery(datasetsQuery());
  const { rules, model, modelVersion, split, fallback, metrics, startedAt, endedAt } = experiment;
  const primaries = metrics.filter(({ role }) => role === 'primary').length;
  const facts: [string, ReactNode][] = [
    ['Model', <ModelVersionLink key="model" model={model} version={modelVersion} />],
    ['Split', `${formatShare(split, 0)} get the model, the others ${fallbackWords(fallback)}`],
    [
      metrics.length === 1 ? 'Metric' : 'Metrics',
      <Stack key="metrics" gap={4}>
        {metrics.map((metric) => (
          <MetricWords
            key={metric.name}
            metric={metric}
            dataset={datasets.find(({ id }) => id === metric.dataset)}
          />
        ))}
      </Stack>,
    ],
    ['Started', formatTime(startedAt)],
    ['Ended', endedAt === null ? 'not yet' : formatTime(endedAt)],
    [
      'Ends when',
      `${primaries > 1 ? 'a' : 'the'} primary metric’s interval (${formatShare(1 - rules.alpha / primaries, primaries > 1 ? 1 : 0)}) excludes zero, after at least ${rules.minDays} days, with at least ${formatCount(rules.minConversionsPerGroup)} conversions a group`,
    ],
    [
      'At the latest',
      `after ${rules.maxDays} days or ${formatCount(rules.maxUnits)} units: then it is inconclusive`,
    ],
    ['Afterwards', rules.autoPromote ? 'everyone gets the winner' : 'the split stays until you deploy again'],
  ];
  return (
    <Section title="How it is set up" hint="Fixed when it started, so that nobody can move the goal.">
      <DataList labelWidth="140px" withDivider>
        {facts.map(([label, value]) => (
          <DataList.Item key={label}>
            <DataList.ItemLabel>{label}</DataList.ItemLabel>
            <DataList.ItemValue>{value}</DataList.ItemValue>
          </DataList.Item>
        ))}
      </DataList>
    </Section>
  );
}
