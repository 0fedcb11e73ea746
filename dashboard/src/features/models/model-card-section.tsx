import type { ModelCard, ModelMetrics } from '@foretell/core/contracts/model-version';
import { Accordion, Badge, DataList, Group, Text } from '@mantine/core';
import { formatCount } from '../../format/numbers.ts';
import { formatScalar } from '../../format/scalar.ts';
import { formatDay, formatTimePrecisely } from '../../format/times.ts';
import { Section } from '../../widgets/section.tsx';
import { featureWords, filterWords, labelWords } from './recipe-words.ts';

const splits = ['train', 'validation', 'test'] as const;
const splitWords = { train: 'Learned from', validation: 'Tuned on', test: 'Judged on' };

export function ModelCardSection({ metrics, card }: { metrics: ModelMetrics; card: ModelCard }) {
  const { trainer, recipe } = card;
  const filter = filterWords(recipe);
  const facts: [string, string][] = [
    ['Label', labelWords(recipe.label)],
    ...(filter === null ? [] : [['Filter', filter] as [string, string]]),
    ...splits.map((split): [string, string] => {
      const [from, to] = metrics.periods[split];
      return [
        splitWords[split],
        `${formatCount(metrics.rows[split])} rows, ${formatDay(from)} to ${formatDay(to)}`,
      ];
    }),
    ['Entity', recipe.entity],
    ['Time', recipe.time],
    ['Data', `feature set ${recipe.featureSet}`],
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
