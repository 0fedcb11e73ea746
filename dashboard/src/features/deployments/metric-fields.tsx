import {
  Anchor,
  Autocomplete,
  CloseButton,
  Fieldset,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Text,
  TextInput,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { datasetsQuery } from '../datasets/dataset-queries.ts';
import type { MetricValues } from './deployment-values.ts';
import type { DeploymentForm } from './experiment-fields.tsx';

const kinds: { value: MetricValues['kind']; label: string }[] = [
  { value: 'conversion', label: 'Share with at least one event (conversion)' },
  { value: 'count', label: 'Events per unit (count)' },
  { value: 'sum', label: 'Sum of a value per unit (revenue)' },
  { value: 'ratio', label: 'One sum divided by another (ratio)' },
];
const roles: { value: MetricValues['role']; label: string }[] = [
  { value: 'primary', label: 'Primary: decides' },
  { value: 'secondary', label: 'Secondary: shown' },
  { value: 'guardrail', label: 'Guardrail: must not get worse' },
];
const directions: { value: MetricValues['better']; label: string }[] = [
  { value: 'higher', label: 'Higher is better' },
  { value: 'lower', label: 'Lower is better' },
];

/** One metric of an experiment. Columns may be typed freely: those of a stream are known only once rows have come. */
export function MetricFields({
  form,
  index,
  onRemove,
}: {
  form: DeploymentForm;
  index: number;
  onRemove: (() => void) | undefined;
}) {
  const { data: datasets = [] } = useQuery(datasetsQuery());
  const metric = form.values.metrics[index];
  if (metric === undefined) return null;
  const field = (name: keyof MetricValues) => form.getInputProps(`metrics.${index}.${name}`);
  const columns =
    datasets.find(({ id }) => id === metric.dataset)?.schema?.columns.map(({ name }) => name) ?? [];
  return (
    <Fieldset legend={metric.name === '' ? `Metric ${index + 1}` : metric.name} pos="relative">
      {onRemove !== undefined && (
        <CloseButton pos="absolute" top={0} right={8} onClick={onRemove} aria-label="Remove this metric" />
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <TextInput label="Name" placeholder="warned_rightly" {...field('name')} />
        <Select label="What is measured" data={kinds} allowDeselect={false} {...field('kind')} />
        <Select
          label="Events arrive in"
          data={datasets.map(({ id, name, source }) => ({
            value: id,
            label: source === 'stream' ? `${name} (stream)` : name,
          }))}
          searchable
          {...field('dataset')}
        />
        <Autocomplete label="Column with the unit" data={columns} {...field('unitColumn')} />
        {metric.kind !== 'count' && (
          <Autocomplete
            label={metric.kind === 'conversion' ? 'Column above 0 (if any)' : 'Column summed'}
            data={columns}
            {...field('valueColumn')}
          />
        )}
        {metric.kind === 'ratio' && (
          <Autocomplete label="Divided by the sum of" data={columns} {...field('denominatorColumn')} />
        )}
        <NumberInput label="Counted for (days)" min={0} {...field('windowDays')} />
        <Group grow align="start">
          <Select label="Role" data={roles} allowDeselect={false} {...field('role')} />
          <Select label="Direction" data={directions} allowDeselect={false} {...field('better')} />
        </Group>
      </SimpleGrid>
      {datasets.every(({ source }) => source !== 'stream') && (
        <Text size="sm" c="dimmed" mt="xs">
          Outcomes are usually streamed:{' '}
          <Anchor component={Link} to="/datasets/new" inherit>
            make a dataset that receives rows by API
          </Anchor>
          .
        </Text>
      )}
    </Fieldset>
  );
}
