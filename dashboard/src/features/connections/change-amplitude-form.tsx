import type { Connection, connectionChange } from '@foretell/core/contracts/sources';
import { Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { z } from 'zod';
import { Form } from '../../widgets/form.tsx';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { useChangeConnection } from './use-change-connection.ts';

const fieldNames: Record<string, string> = {
  name: 'name',
  'credentials.apiKey': 'apiKey',
  'credentials.secretKey': 'secretKey',
};
const whole = 'Paste both keys.';

interface Values {
  name: string;
  apiKey: string;
  secretKey: string;
}

function changeOf(
  connection: Connection,
  { name, apiKey, secretKey }: Values,
): z.input<typeof connectionChange> {
  return {
    kind: 'amplitude',
    ...(name.trim() === connection.name ? {} : { name: name.trim() }),
    ...(apiKey === '' ? {} : { credentials: { apiKey, secretKey } }),
  };
}

/** The name and the keys of an Amplitude project: another project's events would be another dataset. */
export function ChangeAmplitudeForm({ connection, onDone }: { connection: Connection; onDone: () => void }) {
  const form = useForm<Values>({
    initialValues: { name: connection.name, apiKey: '', secretKey: '' },
    validate: {
      name: (name) => (name.trim() === '' ? 'Give it a name.' : null),
      apiKey: (apiKey, { secretKey }) => (apiKey === '' && secretKey !== '' ? whole : null),
      secretKey: (secretKey, { apiKey }) => (secretKey === '' && apiKey !== '' ? whole : null),
    },
  });
  const { change, failure } = useChangeConnection(connection.id, form, (field) => fieldNames[field], onDone);
  return (
    <Form
      errors={form.errors}
      onSubmit={form.onSubmit((values) => change.mutate(changeOf(connection, values)))}
    >
      <Stack>
        <FormAlert message={failure} />
        <TextInput label="Name" data-autofocus {...form.getInputProps('name')} />
        <TextInput
          label="API key"
          description="Left empty, the keys stay as they are"
          autoComplete="off"
          {...form.getInputProps('apiKey')}
        />
        <PasswordInput label="Secret key" autoComplete="off" {...form.getInputProps('secretKey')} />
        <Group justify="end">
          <Button type="submit" loading={change.isPending}>
            Change it
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
