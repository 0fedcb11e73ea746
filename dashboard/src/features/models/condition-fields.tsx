import type { Operator } from '@foretell/core/contracts/condition';
import type { ColumnType } from '@foretell/core/contracts/primitives';
import { operatorsOf } from '@foretell/core/domain/recipe/check-condition';
import { Autocomplete, NumberInput, Select, TagsInput, TextInput } from '@mantine/core';
import { useFrequentValues } from './frequent-values.ts';
import type { QuestionForm } from './question.ts';

const words: Record<Operator, string> = {
  '=': 'equals',
  '!=': 'is not',
  '>': 'is more than',
  '>=': 'is at least',
  '<': 'is less than',
  '<=': 'is at most',
  between: 'is between',
  in: 'is one of',
  from: 'is from',
  before: 'is before',
  is_empty: 'is empty',
  is_not_empty: 'is not empty',
};

interface ConditionFieldsProps {
  form: QuestionForm;
  /** Of the condition in the form, with its dot. */
  path: string;
  op: Operator;
  column: { name: string; type: ColumnType } | undefined;
}

/** What is asked of a condition's column, and with what. */
export function ConditionFields({ form, path, op, column }: ConditionFieldsProps) {
  return (
    <>
      <Select
        label="Comparison"
        data={operatorsOf(column?.type ?? 'string').map((each) => ({ value: each, label: words[each] }))}
        allowDeselect={false}
        {...form.getInputProps(`${path}op`)}
      />
      <OperandFields form={form} path={path} op={op} column={column} />
    </>
  );
}

function OperandFields({ form, path, op, column }: ConditionFieldsProps) {
  const frequent = useFrequentValues(form.values.dataset, column?.name);
  const value = form.getInputProps(`${path}value`);
  const isNumber = column?.type === 'integer' || column?.type === 'double';
  switch (op) {
    case 'is_empty':
    case 'is_not_empty':
      return null;
    case 'in':
      return <ValuesField form={form} path={`${path}values`} isNumber={isNumber} frequent={frequent} />;
    case 'between':
      return (
        <>
          <NumberInput label="From" {...value} />
          <NumberInput label="To, included" {...form.getInputProps(`${path}to`)} />
        </>
      );
    case 'from':
    case 'before':
      return <TextInput type="date" label="Day (from 00:00 UTC)" {...value} />;
    default:
      if (isNumber) return <NumberInput label="Value" {...value} />;
      if (column?.type === 'boolean')
        return <Select label="Value" data={['true', 'false']} placeholder="true or false" {...value} />;
      return <Autocomplete label="Value" data={frequent} {...value} />;
  }
}

function ValuesField({
  form,
  path,
  isNumber,
  frequent,
}: {
  form: QuestionForm;
  path: string;
  isNumber: boolean;
  frequent: string[];
}) {
  return (
    <TagsInput
      label="Values"
      placeholder="Enter after each"
      data={isNumber ? [] : frequent}
      maxTags={100}
      {...form.getInputProps(path)}
      onChange={(values: string[]) => {
        const fitting = isNumber ? values.filter((each) => Number.isFinite(Number(each))) : values;
        form.setFieldValue(path, fitting);
        if (fitting.length < values.length) form.setFieldError(path, 'Numbers only.');
      }}
    />
  );
}
