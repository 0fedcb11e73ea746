import type { ModelCard, ModelMetrics } from '@foretell/core/contracts/model-version';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { Accordion, Badge, DataList, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Fragment, type ReactNode } from 'react';
import { formatCount } from '../../format/numbers.ts';
import { formatScalar } from '../../format/scalar.ts';
import { formatDay, formatTimePrecisely } from '../../format/times.ts';
import { Section } from '../../widgets/section.tsx';
import { TextLink } from '../../widgets/text-link.tsx';
import { datasetsQuery } from '../datasets/dataset-queries.ts';
import { featureWords, filterWords, labelWords } from './recipe-words.ts';

const splits = ['train', 'validation', 'test'] as const;
const splitWords = { train: 'Learned from', validation: 'Tuned on', test: 'Judged on' };

/** What it was made of, and what else its features look at. */
function DataOf({ recipe }: { recipe: Recipe }) {
  const { data: datasets = [] } = useQuery(datasetsQuery());
  return [recipe, ...(recipe.events ?? [])].map(({ dataset, featureSet }, index) => {
    const name = datasets.find(({ id }) => id === dataset)?.name;
    return (
      <Fragment key={index}>
        {index > 0 && ', and '}
        {name === undefined ? 'a dataset' : <TextLink to={`/datasets/${dataset}`}>{name}</TextLink>}, feature
        set {featureSet}
      </Fragment>
    );
  });
}

export function ModelCardSection({ metrics, card }: { metrics: ModelMetrics; card: ModelCard }) {
  const { trainer, recipe } = card;
  const filter = filterWords(recipe);
  const facts: [string, ReactNode][] = [
    ['Label', labelWords(recipe.label)],
    ...(filter === null ? [] : [['Filter', filter] satisfies [string, string]]),
    ...splits.map((split): [string, string] => {
      const [from, to] = metrics.periods[split];
      return [
        splitWords[split],
        `${formatCount(metrics.rows[split])} rows, ${formatDay(from)} to ${formatDay(to)}`,
      ];
    }),
    ['Entity', recipe.entity],
    ['Time', recipe.time],
    ['Data', <DataOf key="data" recipe={recipe} />],
    ['Rounds', formatCount(metrics.rounds)],
    ['Trained by', `${trainer.library} ${trainer.version}, training set by ${trainer.engine}`],
    [
      'Parameters',
      Object.entries(trainer.parameters)
        .map(([name, value]) => `${name} ${formatScalar(value)}`)
        .join(', '),
    ],
    ['Made', formatTimePrecisely(card.createdAt)],
  ];
  return (
    <Section title="Model card" hint="What it is made of, for whoever must trust it.">
      <DataList labelWidth="140px" withDivider>
        {facts.map(([label, value]) => (
          <DataList.Item key={label}>
            <DataList.ItemLabel>{label}</DataList.ItemLabel>
            <DataList.ItemValue style={{ overflowWrap: 'anywhere', minWidth: 0 }}>{value}</DataList.ItemValue>
          </DataList.Item>
        ))}
      </DataList>
      <Accordion variant="contained" mt="md" keepMounted={false}>
        <Accordion.Item value="inputs">
          <Accordion.Control>Its {card.inputs.length} inputs</Accordion.Control>
          <Accordion.Panel>
            {card.inputs.map(({ name, type, categories }) => {
              const feature = recipe.features.find((one) => one.name === name);
              return (
                <Group key={name} gap="xs" py={2}>
                  <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                    {name}
                  </Text>
                  <Badge variant="default" size="sm" tt="none">
                    {type === 'category' ? `${formatCount(categories?.length ?? 0)} categories` : type}
                  </Badge>
                  <Text size="sm" c="dimmed">
                    {feature === undefined ? '' : featureWords(feature)}
                  </Text>
                </Group>
              );
            })}
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Section>
  );
}
