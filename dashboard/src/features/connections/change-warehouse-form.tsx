import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Form } from '../../widgets/form.tsx';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { WarehouseConnectionFields } from '../datasets/warehouse-connection-fields.tsx';
import { fieldNames, type WarehouseValues } from '../datasets/warehouse-values.ts';
import { changeOf, changeRules, valuesOf, type WarehouseConnection } from './change-values.ts';
import { useChangeConnection } from './use-change-connection.ts';

/** Where a database is and who reads it, once it is connected. */
export function ChangeWarehouseForm({
  connection,
  onDone,
}: {
  connection: WarehouseConnection;
  onDone: () => void;
}) {
  const form = useForm<WarehouseValues>({ initialValues: valuesOf(connection), validate: changeRules });
  const { change, failure } = useChangeConnection(connection.id, form, (field) => fieldNames[field], onDone);
  return (
    <Form
      errors={form.errors}
      onSubmit={form.onSubmit((values) => change.mutate(changeOf(connection, values)))}
    >
      <Stack>
        <FormAlert message={failure} />
        <TextInput label="Name" data-autofocus {...form.getInputProps('name')} />
        <WarehouseConnectionFields form={form} isKnown />
        <Group justify="end">
          <Button type="submit" loading={change.isPending}>
            Change it
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
