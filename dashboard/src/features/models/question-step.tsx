import type { Dataset } from '@foretell/core/contracts/control-api/datasets';
import { recipe, type Recipe } from '@foretell/core/contracts/recipe';
import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconDatabase } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { sendJson } from '../../api/client.ts';
import { applyFieldErrors } from '../../api/form-errors.ts';
import { Form } from '../../widgets/form.tsx';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { NothingYet } from '../../widgets/nothing-yet.tsx';
import { datasetsQuery } from '../datasets/dataset-queries.ts';
import { LabelFields } from './label-fields.tsx';
import { LaterColumns } from './later-columns.tsx';
import { OtherEvents } from './other-events.tsx';
import { type QuestionForm, questionFieldOf, type QuestionValues, toQuestion } from './question.ts';
import { RowFilter } from './row-filter.tsx';

export function QuestionStep({
  form,
  onProposed,
}: {
  form: QuestionForm;
  onProposed: (recipe: Recipe) => void;
}) {
  const { data: datasets } = useQuery(datasetsQuery());
  const [failure, setFailure] = useState<string | null>(null);
  const ready = datasets?.filter(({ schema }) => schema !== null) ?? [];
  const chosen = ready.find(({ id }) => id === form.values.dataset);
  const typeOf = (column: string) => chosen?.schema?.columns.find(({ name }) => name === column)?.type;
  const propose = useMutation({
    mutationFn: (values: QuestionValues) => sendJson('POST', '/recipes', toQuestion(values, typeOf), recipe),
    onSuccess: onProposed,
    onError: (error) => setFailure(applyFieldErrors(error, form.setFieldError, questionFieldOf)),
  });
  if (datasets !== undefined && ready.length === 0) {
    return (
      <NothingYet
        icon={<IconDatabase />}
        title="There is no data yet"
        description="A model learns from a dataset: bring one first."
        action={{ label: 'Bring data', to: '/datasets/new' }}
      />
    );
  }
  return (
    <Form
      errors={form.errors}
      onSubmit={form.onSubmit((values) => {
        setFailure(null);
        propose.mutate(values);
      })}
    >
      <Stack>
        <FormAlert message={failure} />
        <TextInput label="Model name" placeholder="late flights" {...form.getInputProps('name')} />
        <Select
          label="Dataset"
          data={ready.map(({ id, name }) => ({ value: id, label: name }))}
          placeholder="Choose a dataset"
          searchable
          value={form.values.dataset}
          error={form.errors.dataset}
          onChange={(id) => {
            form.setValues({
              dataset: id ?? '',
              entity: '',
              time: '',
              labelColumn: '',
              laterColumns: [],
              filter: [],
              events: [],
            });
          }}
        />
        {chosen !== undefined && <ColumnFields form={form} dataset={chosen} />}
        {chosen !== undefined && <OtherEvents form={form} datasets={ready} />}
        <Group justify="end">
          <Button type="submit" loading={propose.isPending} disabled={chosen === undefined}>
            Propose a recipe
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}

function ColumnFields({ form, dataset }: { form: QuestionForm; dataset: Dataset }) {
  const columns = dataset.schema?.columns ?? [];
  const names = columns.map(({ name }) => name);
  const times = columns.filter(({ type }) => type === 'timestamp' || type === 'date').map(({ name }) => name);
  return (
    <>
      <Select
        label="About whom or what (entity)"
        description="Its past is what the model mostly learns from: a customer, a shop, an airport."
        data={names}
        placeholder="Choose a column"
        searchable
        {...form.getInputProps('entity')}
      />
      <Select
        label="When a row happened (time)"
        description="Only what was known before this moment is used."
        data={times}
        placeholder="Choose a column"
        {...form.getInputProps('time')}
      />
      {times.length === 0 && (
        <Text size="sm" c="var(--foretell-care)">
          No column of this dataset is a time or a date: a model cannot be built from it.
        </Text>
      )}
      <LabelFields form={form} columns={columns} />
      <LaterColumns form={form} names={names} />
      <RowFilter form={form} columns={columns} />
    </>
  );
}
