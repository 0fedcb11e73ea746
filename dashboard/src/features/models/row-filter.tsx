import type { ColumnType } from '@foretell/core/contracts/primitives';
import { ActionIcon, Button, Group, Input, Select, SimpleGrid, Stack } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { emptyCondition } from './asked-condition.ts';
import { ConditionFields } from './condition-fields.tsx';
import type { QuestionForm } from './question.ts';

/** What the API takes of them. */
const maxConditions = 20;

/** Which rows are learned from: those of which all the conditions hold. */
export function RowFilter({
  form,
  columns,
}: {
  form: QuestionForm;
  columns: readonly { name: string; type: ColumnType }[];
}) {
  const { filter } = form.values;
  const columnCalled = (wanted: string | null) => columns.find(({ name }) => name === wanted);
  return (
    <Stack gap="xs">
      <Input.Wrapper
        label="Rows to learn from"
        description={
          filter.length === 0
            ? 'All of them, unless you say otherwise.'
            : 'Those of which all of this holds: ask the model about such rows only, at any time. The others still count as the past.'
        }
        error={form.errors.filter}
      />
      {filter.map((condition, index) => (
        <Group key={index} align="start" gap="sm" wrap="nowrap">
          <SimpleGrid
            cols={{ base: 1, sm: condition.op === 'between' ? 4 : 3 }}
            spacing="sm"
            style={{ flex: 1 }}
          >
            <Select
              label="Column of the row"
              data={columns.map(({ name }) => name)}
              placeholder="Choose a column"
              searchable
              {...form.getInputProps(`filter.${index}.column`)}
              onChange={(column: string | null) => {
                const asked = emptyCondition(column ?? '', columnCalled(column)?.type);
                form.setFieldValue(`filter.${index}`, asked);
              }}
            />
            <ConditionFields
              form={form}
              path={`filter.${index}.`}
              op={condition.op}
              column={columnCalled(condition.column)}
            />
          </SimpleGrid>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            mt={25}
            aria-label="Take this condition away"
            onClick={() => form.removeListItem('filter', index)}
          >
            <IconX size={16} />
          </ActionIcon>
        </Group>
      ))}
      {filter.length < maxConditions && (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} />}
          style={{ alignSelf: 'start' }}
          onClick={() => form.insertListItem('filter', emptyCondition())}
        >
          {filter.length === 0 ? 'Only some rows' : 'And another condition'}
        </Button>
      )}
    </Stack>
  );
}
