import { connection, isWarehouse } from '@foretell/core/contracts/sources';
import { Button, Fieldset, Group, Select, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { listQuery } from '../../api/pages.ts';
import { Form } from '../../widgets/form.tsx';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { placeOf } from '../connections/connection-words.ts';
import { useCreateWarehouse } from './use-create-warehouse.ts';
import { useDatasetOutcome } from './use-dataset-outcome.ts';
import { WarehouseConnectionFields } from './warehouse-connection-fields.tsx';
import { WarehouseQueryFields } from './warehouse-query-fields.tsx';
import {
  emptyValues,
  fieldNames,
  newConnection,
  validate,
  type WarehouseForm as FormState,
  type WarehouseValues,
} from './warehouse-values.ts';

/** A dataset of what a query answers in a customer's own database. */
export function WarehouseForm() {
  const create = useCreateWarehouse();
  const form = useForm<WarehouseValues>({ initialValues: emptyValues, validate });
  const { failure, awaited } = useDatasetOutcome(form, (field) => fieldNames[field]);
  const submit = form.onSubmit((values) => create.mutate(values, awaited()));
  return (
    <Form errors={form.errors} onSubmit={submit}>
      <Stack>
        <FormAlert message={failure} />
        <Fieldset legend="Connection">
          <Stack gap="sm">
            <KnownConnections form={form} />
            {form.values.connection === newConnection && <WarehouseConnectionFields form={form} />}
          </Stack>
        </Fieldset>
        <Fieldset legend="Rows">
          <WarehouseQueryFields form={form} />
        </Fieldset>
        <Group justify="end">
          <Button type="submit" loading={create.isPending}>
            Import the rows
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}

/** The databases that are connected already, if any: nobody types a password twice. */
function KnownConnections({ form }: { form: FormState }) {
  const { data = [] } = useQuery(listQuery('/connections', connection));
  const known = data.flatMap(({ id, name, kind, settings }) =>
    isWarehouse(kind) ? [{ id, name, kind, place: placeOf({ kind, settings }) }] : [],
  );
  if (known.length === 0) return null;
  return (
    <Select
      aria-label="Connection"
      data={[
        { value: newConnection, label: 'A new connection' },
        ...known.map(({ id, name, place }) => ({ value: id, label: `${name}: ${place}` })),
      ]}
      allowDeselect={false}
      {...form.getInputProps('connection')}
      onChange={(chosen: string | null) => {
        form.setFieldValue('connection', chosen ?? newConnection);
        // The query is in the words of that kind.
        const kind = known.find(({ id }) => id === chosen)?.kind;
        if (kind !== undefined) form.setFieldValue('kind', kind);
      }}
    />
  );
}
