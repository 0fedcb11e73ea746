import type { ExperimentResults } from '@foretell/core/contracts/experiments';
import { Button, Stack } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { readableError } from '../../api/api-error.ts';
import { send } from '../../api/client.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { Loaded } from '../../widgets/loaded.tsx';
import { Page } from '../../widgets/page.tsx';
import { useModelName } from '../models/model-version-link.tsx';
import { useRole } from '../sessions/me-query.ts';
import { ExperimentFacts } from './experiment-facts.tsx';
import { resultsQuery } from './experiment-queries.ts';
import { HealthPanel } from './health-panel.tsx';
import { MetricPanel } from './metric-panel.tsx';
import { OutcomeBadge } from './outcome-badge.tsx';
import { StopButton } from './stop-button.tsx';
import { VerdictBanner } from './verdict-banner.tsx';
import { outcomeOf } from './verdict-words.ts';

const refreshMs = 5_000;

export function ExperimentPage() {
  const { id = '' } = useParams();
  const query = useQuery({
    ...resultsQuery(id),
    refetchInterval: ({ state }) => (state.data?.experiment.status === 'running' ? refreshMs : false),
  });
  return (
    <Loaded query={query} height={400}>
      {(results) => <ExperimentView results={results} />}
    </Loaded>
  );
}

function ExperimentView({ results }: { results: ExperimentResults }) {
  const { experiment, latest, looks } = results;
  const { mayEdit } = useRole();
  const refresh = useRefresh();
  const look = useMutation({
    mutationFn: () => send('POST', `/experiments/${experiment.id}/looks`),
    onSuccess: () => refresh('/experiments'),
  });
  const { name } = useModelName(experiment.model);
  return (
    <Page
      title={`${name}, version ${experiment.modelVersion}: experiment`}
      crumbs={[{ label: 'Experiments', to: '/experiments' }]}
      badge={<OutcomeBadge outcome={outcomeOf(experiment)} />}
      actions={
        mayEdit &&
        experiment.status === 'running' && (
          <>
            <Button
              variant="default"
              leftSection={<IconRefresh size={16} />}
              loading={look.isPending}
              onClick={() => look.mutate()}
            >
              Look now
            </Button>
            <StopButton experiment={experiment.id} />
          </>
        )
      }
    >
      <Stack>
        <FormAlert message={look.isError ? readableError(look.error) : null} />
        {latest !== null && <HealthPanel look={latest} split={experiment.split} />}
        <VerdictBanner results={results} />
        {latest?.metrics.map((result) => (
          <MetricPanel
            key={result.metric}
            result={result}
            metric={experiment.metrics.find((one) => one.name === result.metric)}
            looks={looks}
          />
        ))}
        <ExperimentFacts experiment={experiment} />
      </Stack>
    </Page>
  );
}
