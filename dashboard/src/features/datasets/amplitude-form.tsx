import {
  Button,
  Checkbox,
  Group,
  PasswordInput,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { Form } from '../../widgets/form.tsx';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { useCreateAmplitude, type AmplitudeValues } from './use-create-amplitude.ts';
import { useDatasetOutcome } from './use-dataset-outcome.ts';

const fieldNames: Record<string, string> = {
  name: 'name',
  'credentials.apiKey': 'apiKey',
  'credentials.secretKey': 'secretKey',
  'source.from': 'from',
};
const monthMs = 30 * 86_400_000;
const needed = (text: string, what: string) => (text.trim() === '' ? what : null);

const emptyValues = (): AmplitudeValues => ({
  name: '',
  region: 'us',
  apiKey: '',
  secretKey: '',
  from: new Date(Date.now() - monthMs).toISOString().slice(0, 10),
  daily: true,
});

/** A dataset of an Amplitude project's events, kept up to date by itself. */
export function AmplitudeForm() {
  const create = useCreateAmplitude();
  const [initialValues] = useState(emptyValues);
  const form = useForm<AmplitudeValues>({
    initialValues,
    validate: {
      name: (name) => needed(name, 'Give it a name.'),
      apiKey: (key) => needed(key, 'Paste the API key.'),
      secretKey: (key) => needed(key, 'Paste the secret key.'),
      from: (from) => (Date.parse(from) < Date.now() ? null : 'Choose a day in the past.'),
    },
  });
  const { failure, awaited } = useDatasetOutcome(form, (field) => fieldNames[field]);
  const submit = form.onSubmit((values) => create.mutate(values, awaited()));
  return (
    <Form errors={form.errors} onSubmit={submit}>
      <Stack>
        <FormAlert message={failure} />
        <Text size="sm" c="dimmed">
          In Amplitude, under Settings → Projects, a project shows its two keys. They are kept in your AWS
          account’s Secrets Manager and never shown again.
        </Text>
        <TextInput label="Name" placeholder="product events" {...form.getInputProps('name')} />
        <SegmentedControl
          aria-label="Where Amplitude keeps the project"
          data={[
            { value: 'us', label: 'United States' },
            { value: 'eu', label: 'European Union' },
          ]}
          {...form.getInputProps('region')}
        />
        <TextInput label="API key" autoComplete="off" {...form.getInputProps('apiKey')} />
        <PasswordInput label="Secret key" autoComplete="off" {...form.getInputProps('secretKey')} />
        <TextInput label="Events since (UTC)" type="date" {...form.getInputProps('from')} />
        <Checkbox
          label="Import new events every day"
          {...form.getInputProps('daily', { type: 'checkbox' })}
        />
        <Group justify="end">
          <Button type="submit" loading={create.isPending}>
            Import the events
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
