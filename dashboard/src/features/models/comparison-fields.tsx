import type { ColumnType } from '@foretell/core/contracts/primitives';
import { Autocomplete, NumberInput, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { summaryQuery } from '../datasets/dataset-queries.ts';
import type { Comparison, QuestionForm } from './question.ts';

const comparisons: { value: Comparison; label: string }[] = [
  { value: '>', label: 'is more than' },
  { value: '>=', label: 'is at least' },
  { value: '<', label: 'is less than' },
  { value: '<=', label: 'is at most' },
  { value: '=', label: 'equals' },
];

/** How a column compares, and with what: the form's fields `op` and `value` below `path` (with its dot). */
export function ComparisonFields({
  form,
  path = '',
  column,
}: {
  form: QuestionForm;
  path?: string;
  column: { name: string; type: ColumnType } | undefined;
}) {
  const input = { label: 'Value', ...form.getInputProps(`${path}value`) };
  const frequent = useFrequentValues(form.values.dataset, column?.name);
  const type = column?.type;
  const isNumber = type === 'integer' || type === 'double';
  return (
    <>
      <Select
        label="Comparison"
        data={isNumber ? comparisons : comparisons.filter(({ value }) => value === '=')}
        allowDeselect={false}
        {...form.getInputProps(`${path}op`)}
      />
      {isNumber && <NumberInput {...input} />}
      {type === 'boolean' && <Select data={['true', 'false']} placeholder="true or false" {...input} />}
      {!isNumber && type !== 'boolean' && <Autocomplete data={frequent} {...input} />}
    </>
  );
}

/** What a column of text holds most often. */
function useFrequentValues(dataset: string, column: string | undefined): string[] {
  const { data } = useQuery(summaryQuery(dataset));
  const { topValues = [] } = data?.columns.find(({ name }) => name === column) ?? {};
  return topValues.flatMap(({ value }) => (typeof value === 'string' && value !== '' ? [value] : []));
}
