import {
  Button,
  Checkbox,
  Group,
  NumberInput,
  PasswordInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useState } from 'react';
import { applyFieldErrors } from '../../api/form-errors.ts';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { useTryConnection } from './use-create-warehouse.ts';
import { connectionOf, fieldNames, type WarehouseForm } from './warehouse-values.ts';

const defaultPorts = { postgresql: '5432', mysql: '3306', redshift: '' };

/** Where a database is, and who reads it. `isKnown`: it is connected, so its kind is settled and its credentials may stay. */
export function WarehouseConnectionFields({
  form,
  isKnown = false,
}: {
  form: WarehouseForm;
  isKnown?: boolean;
}) {
  const { kind } = form.values;
  return (
    <Stack gap="sm">
      {!isKnown && (
        <SegmentedControl
          aria-label="Kind of database"
          data={[
            { value: 'postgresql', label: 'PostgreSQL' },
            { value: 'mysql', label: 'MySQL' },
            { value: 'redshift', label: 'Redshift' },
          ]}
          {...form.getInputProps('kind')}
        />
      )}
      {kind === 'redshift' ? <RedshiftFields form={form} /> : <HostFields form={form} />}
      <TextInput label="Database" placeholder="shop" {...form.getInputProps('database')} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label="User"
          description={isKnown ? 'Left empty, user and password stay' : 'One who can only read'}
          autoComplete="off"
          {...form.getInputProps('username')}
        />
        <PasswordInput
          label="Password"
          description="Kept in your account’s Secrets Manager"
          autoComplete="off"
          {...form.getInputProps('password')}
        />
      </SimpleGrid>
      {kind !== 'redshift' && <TlsFields form={form} />}
      <TryIt form={form} isKnown={isKnown} />
    </Stack>
  );
}

function HostFields({ form }: { form: WarehouseForm }) {
  return (
    <Group align="start" wrap="nowrap">
      <TextInput label="Host" placeholder="db.example.com" flex={1} {...form.getInputProps('host')} />
      <NumberInput
        label="Port"
        placeholder={defaultPorts[form.values.kind]}
        w={110}
        hideControls
        allowDecimal={false}
        allowNegative={false}
        max={65_535}
        clampBehavior="strict"
        {...form.getInputProps('port')}
      />
    </Group>
  );
}

/** Redshift is asked by its Data API: it has no host here, and is in the account that Foretell runs in. */
function RedshiftFields({ form }: { form: WarehouseForm }) {
  return (
    <>
      <Group align="end" wrap="nowrap">
        <Select
          label="Redshift"
          data={[
            { value: 'workgroup', label: 'Serverless workgroup' },
            { value: 'cluster', label: 'Cluster' },
          ]}
          allowDeselect={false}
          w={200}
          {...form.getInputProps('deployment')}
        />
        <TextInput aria-label="Its name" placeholder="shop" flex={1} {...form.getInputProps('warehouse')} />
      </Group>
      <TextInput
        label="Role"
        description="Attached to the warehouse, and allowed to write the rows into Foretell’s lake"
        placeholder="arn:aws:iam::123456789012:role/foretell-unload"
        spellCheck={false}
        {...form.getInputProps('unloadRole')}
      />
    </>
  );
}

function TlsFields({ form }: { form: WarehouseForm }) {
  return (
    <>
      <Checkbox
        label="Encrypt the connection (TLS)"
        description="Off only for hosts that your operator allows"
        {...form.getInputProps('tls', { type: 'checkbox' })}
      />
      {form.values.tls && (
        <Textarea
          label="Certificate authority (optional)"
          description="In PEM, when nobody well-known signed the server’s certificate. Amazon RDS has one for each region."
          placeholder="-----BEGIN CERTIFICATE-----"
          autosize
          minRows={2}
          maxRows={6}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          {...form.getInputProps('certificateAuthority')}
        />
      )}
    </>
  );
}

const triedFields = ['host', 'warehouse', 'database', 'unloadRole', 'username', 'password'] as const;

/** Asks the database who it is with what is typed; what it said holds until something else is typed. */
function TryIt({ form, isKnown }: { form: WarehouseForm; isKnown: boolean }) {
  const attempt = useTryConnection();
  const [tried, setTried] = useState<{ asked: string; failure: string | null } | null>(null);
  const asked = JSON.stringify(connectionOf(form.values, ''));
  const tryIt = () => {
    if (isKnown && form.values.password === '') {
      form.setFieldError('username', 'Type user and password to try it: those it has are not read here.');
      return;
    }
    if (triedFields.map((field) => form.validateField(field).hasError).includes(true)) return;
    const known = (failure: string | null) => setTried({ asked, failure });
    attempt.mutate(form.values, {
      onSuccess: () => known(null),
      onError: (error) => known(applyFieldErrors(error, form.setFieldError, (field) => fieldNames[field])),
    });
  };
  const holds = tried?.asked === asked && !attempt.isPending;
  return (
    <>
      <Group gap="sm">
        <Button
          variant="default"
          leftSection={<IconPlugConnected size={16} />}
          loading={attempt.isPending}
          onClick={tryIt}
        >
          Try it
        </Button>
        {holds && attempt.isSuccess && (
          <Text size="sm" c="var(--foretell-good)" role="status">
            {attempt.data.server} answers.
          </Text>
        )}
      </Group>
      {holds && <FormAlert message={tried.failure} />}
    </>
  );
}
