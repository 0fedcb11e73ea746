import type { ColumnType } from '@foretell/core/contracts/primitives';
import { Fieldset, NumberInput, SegmentedControl, Select, SimpleGrid, Stack } from '@mantine/core';
import { ComparisonFields } from './comparison-fields.tsx';
import { compareAnew, comparesLabel, type QuestionForm } from './question.ts';

/** What to predict: a column, or how a column compares with a value; and when it is known. */
export function LabelFields({
  form,
  columns,
}: {
  form: QuestionForm;
  columns: readonly { name: string; type: ColumnType }[];
}) {
  const { labelColumn, labelWhen } = form.values;
  const columnCalled = (wanted: string | null) => columns.find(({ name }) => name === wanted);
  return (
    <Fieldset legend="What to predict (label)">
      <Stack gap="sm">
        <Select
          label="Column"
          data={columns.map(({ name }) => name)}
          placeholder="Choose a column"
          searchable
          {...form.getInputProps('labelColumn')}
          onChange={(column: string | null) => {
            form.setFieldValue('labelColumn', column ?? '');
            compareAnew(form, columnCalled(column)?.type);
          }}
        />
        <SegmentedControl
          aria-label="When"
          data={[
            { value: 'now', label: 'Of the row itself' },
            { value: 'happens', label: 'Whether it happens later' },
            { value: 'sum', label: 'Its sum later' },
          ]}
          {...form.getInputProps('labelWhen')}
        />
        {labelWhen !== 'sum' && (
          <SegmentedControl
            aria-label="What of the column"
            data={[
              { value: 'column', label: labelWhen === 'now' ? 'Its value' : 'Any row that has it' },
              { value: 'comparison', label: 'Whether it passes a mark' },
            ]}
            {...form.getInputProps('labelKind')}
          />
        )}
        {comparesLabel(form.values) && (
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            <ComparisonFields form={form} column={columnCalled(labelColumn)} />
          </SimpleGrid>
        )}
        {labelWhen === 'now' ? <KnownAfterField form={form} /> : <NextDaysField form={form} />}
      </Stack>
    </Fieldset>
  );
}

function KnownAfterField({ form }: { form: QuestionForm }) {
  return (
    <NumberInput
      label="Known after (days)"
      description="How long after a row’s time its outcome is known. If stated, past outcomes are learned from too: often the best sign. Leave empty if you are not sure."
      min={0}
      max={3650}
      placeholder="not stated"
      {...form.getInputProps('labelKnownAfterDays')}
    />
  );
}

function NextDaysField({ form }: { form: QuestionForm }) {
  return (
    <NumberInput
      label="Within how many days after the row"
      description="Counted from the row’s own moment, over all later rows of the same entity. For “comes again at all”, choose the entity as the column."
      min={1}
      max={3650}
      {...form.getInputProps('nextDays')}
    />
  );
}
