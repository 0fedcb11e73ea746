import { Select, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import { never, type WarehouseForm } from './warehouse-values.ts';

const schedules = [
  { value: '1', label: 'Every hour' },
  { value: '6', label: 'Every 6 hours' },
  { value: '24', label: 'Every day' },
  { value: '168', label: 'Every week' },
  { value: never, label: 'Only now' },
];

const readOnly = 'One SELECT. It runs in a transaction that can only read.';
const reads = {
  postgresql: readOnly,
  mysql: readOnly,
  redshift: 'One SELECT. Redshift unloads its rows; columns have their names in lower case.',
};

/** What is asked of a database, and when. */
export function WarehouseQueryFields({ form }: { form: WarehouseForm }) {
  return (
    <Stack gap="sm">
      <TextInput label="Name" placeholder="orders" {...form.getInputProps('name')} />
      <Textarea
        label="Query"
        description={reads[form.values.kind]}
        placeholder="SELECT id, ordered_at, customer_id, amount FROM orders"
        autosize
        minRows={4}
        maxRows={16}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        {...form.getInputProps('query')}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label="Time column (optional)"
          description="When a row happened"
          placeholder="ordered_at"
          {...form.getInputProps('timeColumn')}
        />
        <TextInput
          label="Key column (optional)"
          description="Of rows with one key the newest stays"
          placeholder="id"
          {...form.getInputProps('keyColumn')}
        />
      </SimpleGrid>
      <TextInput
        label="Incremental column (optional)"
        description="One that only grows: each import brings what is beyond the last. Without it, each brings all rows anew."
        placeholder="id"
        {...form.getInputProps('incrementalColumn')}
      />
      <Select
        label="Import"
        description="The first import begins at once."
        data={schedules}
        allowDeselect={false}
        {...form.getInputProps('everyHours')}
      />
    </Stack>
  );
}
