import { Group, MultiSelect, NumberInput, Stack, Text } from '@mantine/core';
import type { QuestionForm } from './question.ts';

/** Columns filled in only after the row's time, each with the delay after which it is known (if any). */
export function LaterColumns({ form, names }: { form: QuestionForm; names: readonly string[] }) {
  const { laterColumns, labelColumn, time, entity } = form.values;
  const taken = new Set([labelColumn, time, entity]);
  return (
    <Stack gap="xs">
      <MultiSelect
        label="Not known at prediction time"
        description="Columns filled in afterwards. They would let the model cheat, so they are left out, or used only for the past."
        data={names.filter((name) => !taken.has(name))}
        placeholder={laterColumns.length === 0 ? 'All are known, or choose columns' : ''}
        searchable
        clearable
        value={laterColumns.map(({ column }) => column)}
        onChange={(chosen) =>
          form.setFieldValue(
            'laterColumns',
            chosen.map(
              (column) =>
                laterColumns.find((one) => one.column === column) ?? { column, knownAfterDays: '' as const },
            ),
          )
        }
        error={form.errors.laterColumns}
      />
      {laterColumns.map(({ column }, index) => (
        <Group key={column} gap="sm" wrap="nowrap">
          <Text size="sm" style={{ flex: 1 }} truncate>
            {column}
          </Text>
          <NumberInput
            aria-label={`Days after which ${column} is known`}
            placeholder="never used"
            suffix=" days later"
            min={0}
            max={3650}
            w={180}
            {...form.getInputProps(`laterColumns.${index}.knownAfterDays`)}
          />
        </Group>
      ))}
    </Stack>
  );
}
