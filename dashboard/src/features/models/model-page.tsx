import type { Model } from '@foretell/core/contracts/control-api/models';
import { Badge, Button, Stack, Tabs } from '@mantine/core';
import { IconRocket } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams, useSearchParams } from 'react-router';
import { readableError } from '../../api/api-error.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { ButtonLink } from '../../widgets/button-link.tsx';
import { DeleteButton } from '../../widgets/delete-button.tsx';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { Loaded } from '../../widgets/loaded.tsx';
import { Page } from '../../widgets/page.tsx';
import { BatchPredictionsPanel } from '../batch-predictions/batch-predictions-panel.tsx';
import { CallPanel } from '../deployments/call-panel.tsx';
import { DeploymentsPanel } from '../deployments/deployments-panel.tsx';
import { useRole } from '../sessions/me-query.ts';
import { startTraining } from '../trainings/start-training.ts';
import { defaultOptions } from '../trainings/training-options.tsx';
import { TrainingsPanel } from '../trainings/trainings-panel.tsx';
import { Freshness } from './freshness.tsx';
import { modelQuery } from './model-queries.ts';
import { RecipePanel } from './recipe-panel.tsx';
import { questionWords } from './recipe-words.ts';
import { VersionsPanel } from './versions-panel.tsx';

const whatGoes =
  'Its versions, training sets, online features and batch predictions go with it; a deployed model has to be taken out of service first. Predictions that it made stay until they expire, and ended experiments keep their results.';

export function ModelPage() {
  const { id = '' } = useParams();
  return <Loaded query={useQuery(modelQuery(id))}>{(model) => <ModelView model={model} />}</Loaded>;
}

function ModelView({ model }: { model: Model }) {
  const { mayEdit } = useRole();
  const [search, setSearch] = useSearchParams();
  const tab = search.get('tab') ?? (model.latestVersion === null ? 'trainings' : 'versions');
  const again = useTrainAgain(model.id, () => setSearch({ tab: 'trainings' }));
  return (
    <Page
      title={model.name}
      crumbs={[{ label: 'Models', to: '/models' }]}
      description={questionWords(model.recipe)}
      badge={
        model.deployedVersion !== null && (
          <Badge color="teal" variant="light">
            version {model.deployedVersion} deployed
          </Badge>
        )
      }
      actions={
        mayEdit && (
          <>
            <DeleteButton name={model.name} list="/models" id={model.id} text={whatGoes} />
            <Button variant="default" loading={again.isPending} onClick={() => again.mutate()}>
              Train again
            </Button>
            {model.latestVersion !== null && (
              <ButtonLink to={`/models/${model.id}/deploy`} leftSection={<IconRocket size={16} />}>
                Deploy
              </ButtonLink>
            )}
          </>
        )
      }
    >
      <FormAlert message={again.isError ? readableError(again.error) : null} />
      <Freshness model={model} />
      <Tabs
        value={tab}
        onChange={(next) => setSearch(next === null ? {} : { tab: next }, { replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="versions">Versions</Tabs.Tab>
          <Tabs.Tab value="trainings">Trainings</Tabs.Tab>
          {model.deployedVersion !== null && <Tabs.Tab value="call">Call it</Tabs.Tab>}
          {model.latestVersion !== null && <Tabs.Tab value="batch">Batch predictions</Tabs.Tab>}
          <Tabs.Tab value="deployments">Deployments</Tabs.Tab>
          <Tabs.Tab value="recipe">Recipe</Tabs.Tab>
        </Tabs.List>
        <Stack>
          <Tabs.Panel value="versions">
            <VersionsPanel model={model} />
          </Tabs.Panel>
          <Tabs.Panel value="trainings">
            <TrainingsPanel model={model.id} />
          </Tabs.Panel>
          <Tabs.Panel value="call">
            <CallPanel model={model} />
          </Tabs.Panel>
          <Tabs.Panel value="batch">
            <BatchPredictionsPanel model={model} />
          </Tabs.Panel>
          <Tabs.Panel value="deployments">
            <DeploymentsPanel model={model} />
          </Tabs.Panel>
          <Tabs.Panel value="recipe">
            <RecipePanel model={model} />
          </Tabs.Panel>
        </Stack>
      </Tabs>
    </Page>
  );
}

function useTrainAgain(model: string, onStarted: () => void) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: () => startTraining(model, defaultOptions),
    onSuccess: async () => {
      await refresh(`/models/${model}`, '/jobs');
      onStarted();
    },
  });
}
