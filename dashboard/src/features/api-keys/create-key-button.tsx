import { apiKeyCreated, apiKeyRequest } from '@foretell/core/contracts/control-api/api-keys';
import type { ApiKeyScope } from '@foretell/core/contracts/serving-manifest';
import { Button, Checkbox, Group, Modal, NumberInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { sendJson } from '../../api/client.ts';
import { applyFieldErrors } from '../../api/form-errors.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { Form } from '../../widgets/form.tsx';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { scopeWords } from './scope-words.ts';

interface KeyValues {
  name: string;
  scopes: ApiKeyScope[];
  /** A day, yyyy-mm-dd, or ''. */
  expires: string;
  ratePerSecond: number;
}

const initial: KeyValues = { name: '', scopes: ['predict', 'ingest'], expires: '', ratePerSecond: 1000 };

function toRequest({ name, scopes, expires, ratePerSecond }: KeyValues) {
  return apiKeyRequest.parse({
    name,
    scopes,
    ratePerSecond,
    burst: Math.ceil(ratePerSecond * 2),
    ...(expires === '' ? {} : { expiresAt: new Date(`${expires}T23:59:59`).toISOString() }),
  });
}

export function CreateKeyButton({ onCreated }: { onCreated: (key: string) => void }) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={open}>
        New key
      </Button>
      <Modal opened={opened} onClose={close} title="New API key" centered>
        <KeyForm
          onCreated={(key) => {
            close();
            onCreated(key);
          }}
        />
      </Modal>
    </>
  );
}

function KeyForm({ onCreated }: { onCreated: (key: string) => void }) {
  const refresh = useRefresh();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm({
    initialValues: initial,
    validate: {
      name: (name) => (name.trim() === '' ? 'Say where it will be used.' : null),
      scopes: (scopes) => (scopes.length === 0 ? 'Choose at least one.' : null),
    },
  });
  const create = useMutation({
    mutationFn: (values: KeyValues) => sendJson('POST', '/api-keys', toRequest(values), apiKeyCreated),
    onSuccess: async ({ key }) => {
      await refresh('/api-keys');
      onCreated(key);
    },
    onError: (error) =>
      setFailure(
        applyFieldErrors(error, form.setFieldError, (field) =>
          field === 'expiresAt' ? 'expires' : field in initial ? field : undefined,
        ),
      ),
  });
  return (
    <Form
      errors={form.errors}
      onSubmit={form.onSubmit((values) => {
        setFailure(null);
        create.mutate(values);
      })}
    >
      <Stack>
        <FormAlert message={failure} />
        <TextInput label="Name" placeholder="shop server" data-autofocus {...form.getInputProps('name')} />
        <Checkbox.Group label="It may" {...form.getInputProps('scopes')}>
          <Stack gap="xs" mt="xs">
            {Object.entries(scopeWords).map(([scope, { long }]) => (
              <Checkbox key={scope} value={scope} label={long} />
            ))}
          </Stack>
        </Checkbox.Group>
        <TextInput label="Last day (optional)" type="date" {...form.getInputProps('expires')} />
        <NumberInput label="Requests a second at most" min={1} {...form.getInputProps('ratePerSecond')} />
        <Group justify="end">
          <Button type="submit" loading={create.isPending}>
            Make the key
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
