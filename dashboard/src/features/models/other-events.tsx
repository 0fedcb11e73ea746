import type { Dataset } from '@foretell/core/contracts/control-api/datasets';
import { Fieldset, MultiSelect, NumberInput, Select, SimpleGrid, Stack } from '@mantine/core';
import { eventsOf, type QuestionForm } from './question.ts';

/** Other datasets whose events are part of the entity's past, each with the columns that tell of whom and when. */
export function OtherEvents({ form, datasets }: { form: QuestionForm; datasets: readonly Dataset[] }) {
  const { events, dataset, entity } = form.values;
  const others = datasets.filter(({ id }) => id !== dataset);
  if (others.length === 0) return null;
  return (
    <Stack gap="xs">
      <MultiSelect
        label="Other datasets about the same entity"
        description="Visits, complaints, changes of plan: the past of each row, and what was last known of it, is learned from too."
        data={others.map(({ id, name }) => ({ value: id, label: name }))}
        placeholder={events.length === 0 ? 'None, or choose datasets' : ''}
        searchable
        clearable
        value={events.map((each) => each.dataset)}
        onChange={(chosen) =>
          form.setFieldValue(
            'events',
            chosen.flatMap((id) => {
              const known = events.find((each) => each.dataset === id);
              if (known !== undefined) return [known];
              return others.filter((other) => other.id === id).map((other) => eventsOf(other, entity));
            }),
          )
        }
      />
      {events.map((each, index) => (
        <EventsColumns
          key={each.dataset}
          form={form}
          index={index}
          entity={entity}
          dataset={others.find(({ id }) => id === each.dataset)}
        />
      ))}
    </Stack>
  );
}

function EventsColumns({
  form,
  index,
  entity,
  dataset,
}: {
  form: QuestionForm;
  index: number;
  entity: string;
  dataset: Dataset | undefined;
}) {
  const columns = dataset?.schema?.columns ?? [];
  const times = columns.filter(({ type }) => type === 'timestamp' || type === 'date');
  return (
    <Fieldset legend={dataset?.name}>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
        <Select
          label={entity === '' ? 'Whom it is about' : `Its “${entity}”`}
          data={columns.map(({ name }) => name)}
          placeholder="Choose a column"
          searchable
          {...form.getInputProps(`events.${index}.entity`)}
        />
        <Select
          label="When it happened"
          data={times.map(({ name }) => name)}
          placeholder="Choose a column"
          {...form.getInputProps(`events.${index}.time`)}
        />
        <NumberInput
          label="Known to you"
          placeholder="at once"
          suffix=" days later"
          min={0}
          max={3650}
          {...form.getInputProps(`events.${index}.knownAfterDays`)}
        />
      </SimpleGrid>
    </Fieldset>
  );
}
