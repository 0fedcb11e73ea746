import type { PredictionRecord } from '@foretell/core/contracts/predictions-table';
import { Alert, DataList, SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useParams } from 'react-router';
import { formatShare } from '../../format/numbers.ts';
import { formatScalar } from '../../format/scalar.ts';
import { formatDay, formatLatency, formatTimePrecisely } from '../../format/times.ts';
import { CodeBlock } from '../../widgets/code-block.tsx';
import { FigureGrid } from '../../widgets/figure-grid.tsx';
import { Loaded } from '../../widgets/loaded.tsx';
import { Page } from '../../widgets/page.tsx';
import { Section } from '../../widgets/section.tsx';
import { TextLink } from '../../widgets/text-link.tsx';
import { ModelVersionLink } from '../models/model-version-link.tsx';
import { versionQuery } from '../models/model-queries.ts';
import { FeatureVectorTable } from './feature-vector-table.tsx';
import { GroupBadge } from './group-badge.tsx';
import { predictionQuery } from './prediction-queries.ts';

export function PredictionPage() {
  const { id = '' } = useParams();
  return (
    <Loaded query={useQuery(predictionQuery(id))} height={400}>
      {(prediction) => <PredictionView prediction={prediction} />}
    </Loaded>
  );
}

const sourceWords: Record<PredictionRecord['source'], string> = {
  model: 'the model',
  default: 'the fixed fallback',
  random: 'the random fallback',
};

function PredictionView({ prediction }: { prediction: PredictionRecord }) {
  const { data: version } = useQuery(versionQuery(prediction.model, prediction.version));
  return (
    <Page
      title="One prediction"
      crumbs={[{ label: 'Predictions', to: '/predictions' }]}
      description={prediction.id}
    >
      <FigureGrid
        figures={[
          {
            label: 'Answer',
            value: formatScalar(prediction.value),
            note: `by ${sourceWords[prediction.source]}`,
          },
          {
            label: 'Probability',
            value: prediction.probability === null ? '–' : formatShare(prediction.probability),
          },
          { label: 'Entity', value: prediction.entity },
          { label: 'Unit', value: prediction.unit },
          { label: 'Group', value: <GroupBadge group={prediction.group} /> },
          { label: 'Took', value: formatLatency(prediction.latencyMs) },
        ]}
      />
      {prediction.source !== 'model' && (
        <Alert color="orange" title="Not the model’s answer">
          This unit is in the fallback group of the experiment, so the caller got{' '}
          {sourceWords[prediction.source]}.
        </Alert>
      )}
      {prediction.missing.length > 0 && (
        <Alert color="yellow" title="Some features were missing">
          Answered without: {prediction.missing.join(', ')}.
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Section title="What the model saw" hint={sawWords(prediction)}>
          <FeatureVectorTable prediction={prediction} recipe={version?.card.recipe} />
        </Section>
        <Stack>
          <Section title="What was asked" hint="The request’s own body.">
            <CodeBlock label="request" code={JSON.stringify(prediction.request, null, 2)} maxHeight={360} />
          </Section>
          <Facts prediction={prediction} />
        </Stack>
      </SimpleGrid>
    </Page>
  );
}

/** Online features are as of a UTC day. */
const sawWords = ({ featuresAsOf }: PredictionRecord) =>
  `The feature vector, as it was at that moment${featuresAsOf === null ? '' : `; of the past, what was known before ${formatDay(featuresAsOf)} (UTC)`}.`;

function Facts({ prediction }: { prediction: PredictionRecord }) {
  const { model, version, experiment, createdAt, predictedFor, featuresAsOf } = prediction;
  const facts: [string, ReactNode][] = [
    ['Answered', formatTimePrecisely(createdAt)],
    ['For the time', formatTimePrecisely(predictedFor)],
    [
      'Features as of',
      featuresAsOf === null ? 'the request alone: it looks at no past' : `${formatDay(featuresAsOf)} (UTC)`,
    ],
    ['Model', <ModelVersionLink key="model" model={model} version={version} />],
    [
      'Experiment',
      experiment === null ? (
        'none'
      ) : (
        <TextLink key="experiment" to={`/experiments/${experiment}`}>
          its results
        </TextLink>
      ),
    ],
  ];
  return (
    <Section title="When and by what">
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
