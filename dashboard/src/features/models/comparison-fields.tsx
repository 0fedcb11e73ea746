import type { Comparison } from '@foretell/core/contracts/condition';
import type { ColumnType } from '@foretell/core/contracts/primitives';
import { Autocomplete, NumberInput, Select } from '@mantine/core';
import { useFrequentValues } from './frequent-values.ts';
import type { QuestionForm } from './question.ts';

const comparisons: { value: Comparison['op']; label: string }[] = [
  { value: '>', label: 'is more than' },
  { value: '>=', label: 'is at least' },
  { value: '<', label: 'is less than' },
  { value: '<=', label: 'is at most' },
  { value: '=', label: 'equals' },
];

/** How the label's column compares, and with what. */
export function ComparisonFields({
  form,
  column,
}: {
  form: QuestionForm;
  column: { name: string; type: ColumnType } | undefined;
}) {
  const input = { label: 'Value', ...form.getInputProps('value') };
  const frequent = useFrequentValues(form.values.dataset, column?.name);
  const type = column?.type;
  const isNumber = type === 'integer' || type === 'double';
  return (
    <>
      <Select
        label="Comparison"
        data={isNumber ? comparisons : comparisons.filter(({ value }) => value === '=')}
        allowDeselect={false}
        {...form.getInputProps('op')}
      />
      {isNumber && <NumberInput {...input} />}
      {type === 'boolean' && <Select data={['true', 'false']} placeholder="true or false" {...input} />}
      {!isNumber && type !== 'boolean' && <Autocomplete data={frequent} {...input} />}
    </>
  );
}
