import { datasetCreated, datasetRequest } from '@foretell/core/contracts/control-api';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { sendJson } from '../../api/client.ts';
import { applyFieldErrors } from '../../api/form-errors.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { FormAlert } from '../../widgets/form-alert.tsx';

export function StreamForm() {
  const navigate = useNavigate();
  const refresh = useRefresh();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm({
    initialValues: { name: '' },
    validate: { name: (name) => (name.trim() === '' ? 'Give it a name.' : null) },
  });
  const create = useMutation({
    mutationFn: ({ name }: typeof form.values) =>
      sendJson(
        'POST',
        '/datasets',
        datasetRequest.parse({ name, source: { kind: 'stream' } }),
        datasetCreated,
      ),
    onSuccess: async ({ dataset }) => {
      await refresh('/datasets');
      void navigate(`/datasets/${dataset.id}`);
    },
    onError: (error) =>
      setFailure(
        applyFieldErrors(error, form.setFieldError, (field) => (field === 'name' ? field : undefined)),
      ),
  });
  return (
    <form
      noValidate
      onSubmit={form.onSubmit((values) => {
        setFailure(null);
        create.mutate(values);
      })}
    >
      <Stack>
        <FormAlert message={failure} />
        <Text size="sm" c="dimmed">
          Your servers send rows as they happen: outcomes that an experiment measures, or events that models
          learn from. Columns are learned from the first rows.
        </Text>
        <TextInput label="Name" placeholder="outcomes" {...form.getInputProps('name')} />
        <Group justify="end">
          <Button type="submit" loading={create.isPending}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
