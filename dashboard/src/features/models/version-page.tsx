import type { ModelVersion } from '@foretell/core/contracts/control-api/models';
import { Alert, Badge, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconRocket } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { LearningCurve } from '../../plots/learning-curve.tsx';
import { ButtonLink } from '../../widgets/button-link.tsx';
import { Loaded } from '../../widgets/loaded.tsx';
import { Page } from '../../widgets/page.tsx';
import { Section } from '../../widgets/section.tsx';
import { useRole } from '../sessions/me-query.ts';
import { caution, headline, judge } from './headline.ts';
import { ImportancesSection } from './importances-section.tsx';
import { ModelCardSection } from './model-card-section.tsx';
import { versionQuery } from './model-queries.ts';
import { QualityPlots } from './quality-plots.tsx';
import { questionWords } from './recipe-words.ts';
import { ScoresTable } from './scores-table.tsx';

export function VersionPage() {
  const { id = '', n = '' } = useParams();
  const query = useQuery(versionQuery(id, Number(n)));
  return (
    <Loaded query={query} height={400}>
      {(version) => <VersionView version={version} />}
    </Loaded>
  );
}

function VersionView({ version: { n, model, metrics, card } }: { version: ModelVersion }) {
  const { mayEdit } = useRole();
  const { color, words } = judge(metrics);
  const beware = caution(metrics);
  // A number has a single plot of its quality: the learning curve takes the place beside it.
  const besideIt = metrics.task === 'regression';
  return (
    <Page
      title={`${card.name}, version ${n}`}
      crumbs={[
        { label: 'Models', to: '/models' },
        { label: card.name, to: `/models/${model}` },
      ]}
      description={questionWords(card.recipe)}
      badge={
        <Badge color={color} variant="light" tt="none">
          {words}
        </Badge>
      }
      actions={
        mayEdit && (
          <ButtonLink to={`/models/${model}/deploy?version=${n}`} leftSection={<IconRocket size={16} />}>
            Deploy this version
          </ButtonLink>
        )
      }
    >
      <Stack>
        <Alert color={color} variant="light">
          <Text size="lg" fw={550}>
            {headline(metrics, card.recipe)}
          </Text>
          {beware !== null && <Text mt={4}>{beware}</Text>}
        </Alert>
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          <ScoresTable metrics={metrics} />
          <ImportancesSection metrics={metrics} />
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <QualityPlots metrics={metrics} recipe={card.recipe} />
          {besideIt && <HowItLearned metrics={metrics} />}
        </SimpleGrid>
        {!besideIt && <HowItLearned metrics={metrics} />}
        <ModelCardSection metrics={metrics} card={card} />
      </Stack>
    </Page>
  );
}

function HowItLearned({ metrics: { learningCurve } }: Pick<ModelVersion, 'metrics'>) {
  if (learningCurve.length < 2) return null;
  return (
    <Section
      title="How it learned"
      hint="It stops where the loss on later rows stops falling, so that it does not learn by heart."
    >
      <LearningCurve points={learningCurve} />
    </Section>
  );
}
