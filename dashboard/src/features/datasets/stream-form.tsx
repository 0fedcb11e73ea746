import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Form } from '../../widgets/form.tsx';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { useCreateStream } from './use-create-stream.ts';
import { useDatasetOutcome } from './use-dataset-outcome.ts';

export function StreamForm() {
  const create = useCreateStream();
  const form = useForm({
    initialValues: { name: '' },
    validate: { name: (name) => (name.trim() === '' ? 'Give it a name.' : null) },
  });
  const { failure, awaited } = useDatasetOutcome(form, (field) => (field === 'name' ? field : undefined));
  const submit = form.onSubmit(({ name }) => create.mutate(name, awaited()));
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
