import type { Dataset } from '@foretell/core/contracts/control-api/datasets';
import { Tabs } from '@mantine/core';
import { IconBrain } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams, useSearchParams } from 'react-router';
import { formatCount } from '../../format/numbers.ts';
import { ButtonLink } from '../../widgets/button-link.tsx';
import { DeleteButton } from '../../widgets/delete-button.tsx';
import { FigureGrid } from '../../widgets/figure-grid.tsx';
import { Loaded } from '../../widgets/loaded.tsx';
import { Page } from '../../widgets/page.tsx';
import { TimeAgo } from '../../widgets/time-ago.tsx';
import { useRole } from '../sessions/me-query.ts';
import { ColumnsPanel } from './columns-panel.tsx';
import { datasetQuery } from './dataset-queries.ts';
import { DatasetStatusBadge } from './dataset-status-badge.tsx';
import { sourceWords } from './datasets-page.tsx';
import { ImportAgainButton } from './import-again-button.tsx';
import { ImportProgress } from './import-progress.tsx';
import { RecordsPanel } from './records-panel.tsx';
import { SamplePanel } from './sample-panel.tsx';
import { VersionsPanel } from './versions-panel.tsx';

const importPollMs = 2_000;

const whatGoes =
  'All its rows go: every version, the file it was imported from, streamed records and what experiments counted of them. Records sent to it are refused from then on. Results of ended experiments stay. While a model learns from it, or an experiment measures by it, it cannot be deleted.';

export function DatasetPage() {
  const { id = '' } = useParams();
  const query = useQuery({
    ...datasetQuery(id),
    refetchInterval: ({ state }) => (state.data?.status === 'importing' ? importPollMs : false),
  });
  return <Loaded query={query}>{(dataset) => <DatasetView dataset={dataset} />}</Loaded>;
}

function DatasetView({ dataset }: { dataset: Dataset }) {
  const [search] = useSearchParams();
  const { mayEdit } = useRole();
  const hasData = dataset.latestFeatureSet !== null;
  return (
    <Page
      title={dataset.name}
      crumbs={[{ label: 'Datasets', to: '/datasets' }]}
      badge={<DatasetStatusBadge status={dataset.status} />}
      actions={
        mayEdit && (
          <>
            <DeleteButton name={dataset.name} list="/datasets" id={dataset.id} text={whatGoes} />
            <ImportAgainButton dataset={dataset} />
            {hasData && (
              <ButtonLink to={`/models/new?dataset=${dataset.id}`} leftSection={<IconBrain size={16} />}>
                Build a model from it
              </ButtonLink>
            )}
          </>
        )
      }
    >
      <ImportProgress dataset={dataset} jobId={search.get('job')} />
      {hasData && <Figures dataset={dataset} />}
      {(hasData || dataset.source === 'stream') && <DatasetTabs key={String(hasData)} dataset={dataset} />}
    </Page>
  );
}

function DatasetTabs({ dataset }: { dataset: Dataset }) {
  const [search] = useSearchParams();
  const hasData = dataset.latestFeatureSet !== null;
  const isStream = dataset.source === 'stream';
  return (
    <Tabs
      defaultValue={hasData && !(isStream && search.get('tab') === 'records') ? 'columns' : 'records'}
      keepMounted={false}
    >
      <Tabs.List mb="md">
        {hasData && <Tabs.Tab value="columns">Columns</Tabs.Tab>}
        {hasData && <Tabs.Tab value="sample">Sample</Tabs.Tab>}
        {hasData && <Tabs.Tab value="versions">Versions</Tabs.Tab>}
        {isStream && <Tabs.Tab value="records">Send rows</Tabs.Tab>}
      </Tabs.List>
      <Tabs.Panel value="columns">
        <ColumnsPanel dataset={dataset} />
      </Tabs.Panel>
      <Tabs.Panel value="sample">
        <SamplePanel dataset={dataset} />
      </Tabs.Panel>
      <Tabs.Panel value="versions">
        <VersionsPanel dataset={dataset} />
      </Tabs.Panel>
      <Tabs.Panel value="records">
        <RecordsPanel dataset={dataset} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Figures({ dataset }: { dataset: Dataset }) {
  return (
    <FigureGrid
      figures={[
        { label: 'Rows', value: dataset.rows === null ? '–' : formatCount(dataset.rows) },
        { label: 'Columns', value: dataset.schema?.columns.length ?? '–' },
        {
          label: 'Feature set',
          value: `version ${dataset.latestFeatureSet ?? 0}`,
        },
        { label: 'Source', value: sourceWords[dataset.source] },
        { label: 'Changed', value: <TimeAgo at={dataset.updatedAt} /> },
      ]}
    />
  );
}
