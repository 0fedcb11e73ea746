import {
  Autocomplete,
  Button,
  CloseButton,
  Fieldset,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Switch,
  TextInput,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { readableError } from '../../api/api-error.ts';
import { datasetsQuery } from '../datasets/dataset-queries.ts';
import { useCreateStream } from '../datasets/use-create-stream.ts';
import type { DeploymentForm, MetricValues } from './deployment-values.ts';
import { MetricPreviewPanel } from './metric-preview-panel.tsx';

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
        <TextInput label="Name" placeholder="warned rightly" {...field('name')} />
        <Select label="What is measured" data={kinds} allowDeselect={false} {...field('kind')} />
        <EventDataset form={form} index={index} datasets={datasets} />
        <Autocomplete
          label="Column with the unit"
          description="Whom the event is about: the entity, or the unit you send with a prediction."
          data={columns}
          {...field('unitColumn')}
        />
        {metric.kind !== 'count' && (
          <Autocomplete
            label={
              metric.kind === 'conversion' ? 'Only where this column is above 0 (optional)' : 'Column summed'
            }
            data={columns}
            {...field('valueColumn')}
          />
        )}
        {metric.kind === 'ratio' && (
          <Autocomplete label="Divided by the sum of" data={columns} {...field('denominatorColumn')} />
        )}
        <NumberInput label="Counted for (days after the prediction)" min={0} {...field('windowDays')} />
        <Select label="Role" data={roles} allowDeselect={false} {...field('role')} />
        <Select label="Direction" data={directions} allowDeselect={false} {...field('better')} />
        {metric.kind === 'sum' && (
          <NumberInput
            label="Cap at percentile (optional)"
            description="One huge order must not decide: 99 caps the largest hundredth of all units."
            min={50}
            max={100}
            {...field('capPercentile')}
          />
        )}
      </SimpleGrid>
      {metric.kind !== 'ratio' && (
        <Switch
          mt="sm"
          label="Sharpen by what each unit did in the 14 days before"
          description="Fewer units to a verdict where people are as they were; costs nothing where they are new."
          {...form.getInputProps(`metrics.${index}.cuped`, { type: 'checkbox' })}
        />
      )}
      <MetricPreviewPanel metric={metric} />
    </Fieldset>
  );
}

function EventDataset({
  form,
  index,
  datasets,
}: {
  form: DeploymentForm;
  index: number;
  datasets: readonly { id: string; name: string; source: string }[];
}) {
  const path = `metrics.${index}.dataset`;
  const create = useCreateStream();
  return (
    <div>
      <Select
        label="Events arrive in"
        description="A dataset your servers send outcomes to."
        data={datasets.map(({ id, name, source }) => ({
          value: id,
          label: source === 'stream' ? `${name} (stream)` : name,
        }))}
        placeholder="Choose a dataset"
        searchable
        {...form.getInputProps(path)}
      />
      {datasets.every(({ source }) => source !== 'stream') && (
        <Group gap="xs" mt={4}>
          <Button
            size="compact-xs"
            variant="subtle"
            loading={create.isPending}
            onClick={() =>
              create.mutate('outcomes', {
                onSuccess: ({ dataset }) => form.setFieldValue(path, dataset.id),
                onError: (error) => form.setFieldError(path, readableError(error)),
              })
            }
          >
            Make a new one, “outcomes”
          </Button>
        </Group>
      )}
    </div>
  );
}
