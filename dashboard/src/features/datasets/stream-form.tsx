import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { applyFieldErrors } from '../../api/form-errors.ts';
import { Form } from '../../widgets/form.tsx';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { useCreateStream } from './use-create-stream.ts';

export function StreamForm() {
  const navigate = useNavigate();
  const create = useCreateStream();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm({
    initialValues: { name: '' },
    validate: { name: (name) => (name.trim() === '' ? 'Give it a name.' : null) },
  });
  const submit = form.onSubmit(({ name }) => {
    setFailure(null);
    create.mutate(name, {
      onSuccess: ({ dataset }) => void navigate(`/datasets/${dataset.id}`),
      onError: (error) =>
        setFailure(
          applyFieldErrors(error, form.setFieldError, (field) => (field === 'name' ? field : undefined)),
        ),
    });
  });
  return (
    <Form errors={form.errors} onSubmit={submit}>
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
    </Form>
  );
}
