import { predictionRecord } from '@foretell/core/contracts/predictions-table';
import { Button, Group, Paper, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconTargetArrow } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import type { Filters } from '../../api/pages.ts';
import { formatShare } from '../../format/numbers.ts';
import { formatScalar } from '../../format/scalar.ts';
import { formatLatency, formatTimePrecisely } from '../../format/times.ts';
import { Loaded } from '../../widgets/loaded.tsx';
import { NothingYet } from '../../widgets/nothing-yet.tsx';
import { Page } from '../../widgets/page.tsx';
import { PagedTable } from '../../widgets/paged-table.tsx';
import { TextLink } from '../../widgets/text-link.tsx';
import { modelsQuery } from '../models/model-queries.ts';
import { GroupBadge } from './group-badge.tsx';

const pageSize = 50;
const typingMs = 300;

/** A local date and time of a form, as the API asks for it. */
const asInstant = (local: string) => (local === '' ? undefined : new Date(local).toISOString());

export function PredictionsPage() {
  const models = useQuery(modelsQuery());
  return (
    <Page
      title="Predictions"
      description="Every answer that was given, newest first; any single one in full."
    >
      <FindById />
      <Loaded query={models}>
        {(all) => {
          const deployed = all.filter(({ latestVersion }) => latestVersion !== null);
          return deployed.length === 0 ? <NoPredictions /> : <Explorer models={deployed} />;
        }}
      </Loaded>
    </Page>
  );
}

const NoPredictions = () => (
  <NothingYet
    icon={<IconTargetArrow />}
    title="No predictions yet"
    description="Once a model is deployed, each call of the API is listed here with what it was asked, what it knew and what it answered."
    action={{ label: 'Go to models', to: '/models' }}
  />
);

function FindById() {
  const navigate = useNavigate();
  const [id, setId] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (id.trim() !== '') void navigate(`/predictions/${encodeURIComponent(id.trim())}`);
      }}
    >
      <Group align="end" gap="xs">
        <TextInput
          label="Find one by its id"
          placeholder="0190163d-8694-739b-aea5-966c26f8ad91"
          value={id}
          onChange={(event) => setId(event.currentTarget.value)}
          style={{ flex: '1 1 260px' }}
          maw={420}
        />
        <Button type="submit" variant="default">
          Open
        </Button>
      </Group>
    </form>
  );
}

function Explorer({
  models,
}: {
  models: readonly { id: string; name: string; deployedVersion: number | null }[];
}) {
  const [search, setSearch] = useSearchParams();
  const first = models.find(({ deployedVersion }) => deployedVersion !== null) ?? models[0];
  const model = search.get('model') ?? first?.id ?? '';
  const set = (name: string, value: string) => {
    setSearch(
      (current) => {
        if (value === '') current.delete(name);
        else current.set(name, value);
        return current;
      },
      { replace: true },
    );
  };
  const field = (name: string) => ({
    value: search.get(name) ?? '',
    onChange: (event: { currentTarget: { value: string } }) => set(name, event.currentTarget.value),
  });
  const [entity] = useDebouncedValue(search.get('entity') ?? '', typingMs);
  return (
    <>
      <Paper withBorder p="md">
        <Group align="end" gap="sm">
          <Select
            label="Model"
            data={models.map(({ id, name }) => ({ value: id, label: name }))}
            value={model}
            onChange={(id) => set('model', id ?? '')}
            allowDeselect={false}
            miw={260}
          />
          <TextInput label="Entity" placeholder="any" {...field('entity')} />
          <TextInput label="From" type="datetime-local" {...field('from')} />
          <TextInput label="To" type="datetime-local" {...field('to')} />
        </Group>
      </Paper>
      <PredictionsTable
        filters={{
          model,
          entity,
          from: asInstant(search.get('from') ?? ''),
          to: asInstant(search.get('to') ?? ''),
          limit: pageSize,
        }}
      />
    </>
  );
}

function PredictionsTable({ filters }: { filters: Filters }) {
  return (
    <PagedTable
      path="/predictions"
      item={predictionRecord}
      filters={filters}
      caption="Predictions"
      rowKey={(one) => one.id}
      minWidth={820}
      columns={[
        {
          header: 'Time',
          cell: (one) => (
            <TextLink to={`/predictions/${one.id}`}>{formatTimePrecisely(one.createdAt)}</TextLink>
          ),
        },
        { header: 'Entity', cell: (one) => one.entity },
        { header: 'Answer', cell: (one) => <b>{formatScalar(one.value)}</b> },
        {
          header: 'Probability',
          align: 'right',
          cell: (one) => (one.probability === null ? '–' : formatShare(one.probability)),
        },
        { header: 'Group', cell: (one) => <GroupBadge group={one.group} /> },
        { header: 'Version', align: 'right', cell: (one) => one.version },
        {
          header: 'Missing',
          align: 'right',
          cell: (one) => (one.missing.length === 0 ? '–' : one.missing.length),
        },
        { header: 'Took', align: 'right', cell: (one) => formatLatency(one.latencyMs) },
      ]}
      empty={
        <NothingYet
          icon={<IconTargetArrow />}
          title="Nothing matches"
          description="No prediction of this model fits the filters. Widen them, or call the API."
          action={{ label: 'How to call it', to: `/models/${String(filters.model)}?tab=call` }}
        />
      }
    />
  );
}
