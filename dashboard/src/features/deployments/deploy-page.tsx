import { deployment, type Model, type ModelVersion } from '@foretell/core/contracts/control-api/models';
import { Alert, Button, Group, Paper, Select, Stack, Switch } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { sendJson } from '../../api/client.ts';
import { applyFieldErrors } from '../../api/form-errors.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { Form } from '../../widgets/form.tsx';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { Loaded } from '../../widgets/loaded.tsx';
import { Page } from '../../widgets/page.tsx';
import { caution, headline, judge } from '../models/headline.ts';
import { modelQuery, versionsQuery } from '../models/model-queries.ts';
import {
  deploymentFieldOf,
  deploymentProblems,
  type DeploymentValues,
  newDeployment,
  toDeployment,
} from './deployment-values.ts';
import { ExperimentFields } from './experiment-fields.tsx';

export function DeployPage() {
  const { id = '' } = useParams();
  const model = useQuery(modelQuery(id));
  const versions = useQuery(versionsQuery(id));
  return (
    <Loaded query={model}>
      {(one) => <Loaded query={versions}>{(all) => <DeployForm model={one} versions={all} />}</Loaded>}
    </Loaded>
  );
}

function DeployForm({ model, versions }: { model: Model; versions: readonly ModelVersion[] }) {
  const [search] = useSearchParams();
  const [failure, setFailure] = useState<string | null>(null);
  const wanted = Number(search.get('version') ?? model.latestVersion ?? 1);
  const form = useForm({ initialValues: newDeployment(wanted), validate: deploymentProblems });
  const chosen = versions.find(({ n }) => String(n) === form.values.version);
  const deploy = useDeploy(model, chosen?.card.recipe ?? model.recipe);
  return (
    <Page
      title={`Deploy ${model.name}`}
      crumbs={[
        { label: 'Models', to: '/models' },
        { label: model.name, to: `/models/${model.id}` },
      ]}
      description="Within a second or two, predictions are answered by the version you choose."
    >
      <Form
        errors={form.errors}
        onSubmit={form.onSubmit((values) => {
          setFailure(null);
          deploy.mutate(values, {
            onError: (error) => setFailure(applyFieldErrors(error, form.setFieldError, deploymentFieldOf)),
          });
        })}
      >
        <Stack maw={860}>
          <FormAlert message={failure} />
          <Paper withBorder p="md">
            <Select
              label="Version"
              allowDeselect={false}
              data={versions.map(({ n }) => ({ value: String(n), label: `Version ${n}` }))}
              {...form.getInputProps('version')}
            />
            {chosen !== undefined && (
              <Alert
                color={judge(chosen.metrics).color}
                variant="light"
                mt="sm"
                title={judge(chosen.metrics).words}
              >
                {headline(chosen.metrics, chosen.card.recipe)} {caution(chosen.metrics)}
              </Alert>
            )}
          </Paper>
          <Paper withBorder p="md">
            <Switch
              label="Prove it with an experiment"
              description="Some get the model’s answer, the others a fallback; what happens then says what the model is worth."
              {...form.getInputProps('withExperiment', { type: 'checkbox' })}
            />
          </Paper>
          {form.values.withExperiment && (
            <ExperimentFields form={form} recipe={chosen?.card.recipe ?? model.recipe} />
          )}
          <Group justify="end">
            <Button type="submit" loading={deploy.isPending}>
              {form.values.withExperiment ? 'Deploy and start the experiment' : 'Deploy to everyone'}
            </Button>
          </Group>
        </Stack>
      </Form>
    </Page>
  );
}

function useDeploy(model: Model, recipe: Model['recipe']) {
  const navigate = useNavigate();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (values: DeploymentValues) =>
      sendJson('POST', `/models/${model.id}/deployments`, toDeployment(values, recipe), deployment),
    onSuccess: async () => {
      await refresh('/models', '/experiments');
      void navigate(`/models/${model.id}?tab=call`);
    },
  });
}
