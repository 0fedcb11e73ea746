import { model, type Model } from '@foretell/core/contracts/control-api/models';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { Button, Group, List, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { readableError } from '../../api/api-error.ts';
import { sendJson } from '../../api/client.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { formatCount, formatShare, plural } from '../../format/numbers.ts';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { Section } from '../../widgets/section.tsx';
import { startTraining } from '../trainings/start-training.ts';
import { defaultOptions, TrainingOptions } from '../trainings/training-options.tsx';
import { filterWords, questionWords } from './recipe-words.ts';

/** The last look: what will happen, then the model is stored and its training starts. */
export function TrainStep({ name, recipe, onBack }: { name: string; recipe: Recipe; onBack: () => void }) {
  const navigate = useNavigate();
  const refresh = useRefresh();
  const [options, setOptions] = useState(defaultOptions);
  const made = useRef<Model | null>(null);
  const train = useMutation({
    mutationFn: async () => {
      // A second try after a training that would not start trains the model that is already stored.
      made.current ??= await sendJson('POST', '/models', { name, recipe }, model);
      await startTraining(made.current.id, options);
      return made.current;
    },
    onSuccess: async ({ id }) => {
      await refresh('/models', '/jobs');
      void navigate(`/models/${id}?tab=trainings`);
    },
  });
  const rows = filterWords(recipe);
  const { validation, test, embargoDays } = recipe.split;
  return (
    <Stack>
      <FormAlert message={train.isError ? readableError(train.error) : null} />
      <Section title={name} hint={questionWords(recipe)}>
        <List spacing={4} size="sm">
          {rows !== null && <List.Item>Of your data, it learns from {rows}.</List.Item>}
          <List.Item>
            It learns from the oldest {formatShare(1 - validation - test, 0)} of rows, is tuned on the next{' '}
            {formatShare(validation, 0)} and judged on the newest {formatShare(test, 0)}, which it never sees
            {embargoDays > 0 && ` (with ${plural(embargoDays, 'day')} left out between them)`}.
          </List.Item>
          <List.Item>It looks at {formatCount(recipe.features.length)} features of each row.</List.Item>
          <List.Item>
            Of more than {formatCount(recipe.sampling.maxRows)} rows, an even sample is taken.
          </List.Item>
        </List>
      </Section>
      <TrainingOptions task={recipe.task} value={options} onChange={setOptions} />
      <Group justify="space-between">
        <Button variant="default" onClick={onBack} disabled={train.isPending}>
          Back
        </Button>
        <Button loading={train.isPending} onClick={() => train.mutate()}>
          Train the model
        </Button>
      </Group>
    </Stack>
  );
}
