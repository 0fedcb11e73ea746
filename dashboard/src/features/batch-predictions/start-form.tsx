import { type Model } from '@foretell/core/contracts/control-api/models';
import { batchPrediction } from '@foretell/core/contracts/control-api/predictions';
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { readableError } from '../../api/api-error.ts';
import { sendJson } from '../../api/client.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { Section } from '../../widgets/section.tsx';
import { datasetsQuery } from '../datasets/dataset-queries.ts';
import { versionsQuery } from '../models/model-queries.ts';
import { datasetChoices, keyChoices } from './dataset-choices.ts';

/** Which version predicts for which dataset's newest feature set. */
export function StartForm({ model }: { model: Model }) {
  const { data: datasets = [] } = useQuery(datasetsQuery());
  const { data: versions = [] } = useQuery(versionsQuery(model.id));
  const [dataset, setDataset] = useState(model.dataset);
  const [version, setVersion] = useState(String(model.deployedVersion ?? model.latestVersion ?? ''));
  const [keyColumn, setKeyColumn] = useState<string | null>(null);
  const refresh = useRefresh();
  const path = `/models/${model.id}/batch-predictions`;
  const start = useMutation({
    mutationFn: () =>
      sendJson(
        'POST',
        path,
        { dataset, version: Number(version), ...(keyColumn === null ? {} : { keyColumn }) },
        batchPrediction,
      ),
    onSuccess: () => refresh(path, '/jobs'),
  });
  const chosen = versions.find(({ n }) => String(n) === version);
  const recipe = chosen?.card.recipe ?? model.recipe;
  const choices = datasetChoices(datasets, recipe);
  return (
    <Section
      title="Predict for a whole dataset"
      hint="Every row of its newest feature set gets a prediction, in one Parquet file: its time, its entity and, if you choose one, another column to know it by."
    >
      <Stack gap="sm">
        <FormAlert message={start.isError ? readableError(start.error) : null} />
        <Group align="end">
          <Select
            label="Dataset"
            data={choices}
            value={dataset}
            onChange={(next) => {
              setDataset(next ?? model.dataset);
              setKeyColumn(null);
            }}
            allowDeselect={false}
            w={280}
          />
          <Select
            label="Model version"
            data={versions.map(({ n }) => ({
              value: String(n),
              label: n === model.deployedVersion ? `${n} (deployed)` : String(n),
            }))}
            value={version}
            onChange={(next) => setVersion(next ?? '')}
            allowDeselect={false}
            w={160}
          />
          <Select
            label="Also carry"
            placeholder="No other column"
            data={keyChoices(datasets, dataset, recipe)}
            value={keyColumn}
            onChange={setKeyColumn}
            clearable
            searchable
            w={200}
          />
          <Button loading={start.isPending} disabled={version === ''} onClick={() => start.mutate()}>
            Predict
          </Button>
        </Group>
        {versions.length === 0 && (
          <Text size="sm" c="dimmed">
            There is no version to predict with yet: train the model first.
          </Text>
        )}
      </Stack>
    </Section>
  );
}
