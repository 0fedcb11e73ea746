import { job, type Job } from '@foretell/core/contracts/control-api/jobs';
import { Progress, Text } from '@mantine/core';
import { IconActivity } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { formatDuration } from '../../format/times.ts';
import { NothingYet } from '../../widgets/nothing-yet.tsx';
import { Page } from '../../widgets/page.tsx';
import { PagedTable } from '../../widgets/paged-table.tsx';
import { TextLink } from '../../widgets/text-link.tsx';
import { TimeAgo } from '../../widgets/time-ago.tsx';
import { datasetsQuery } from '../datasets/dataset-queries.ts';
import { modelsQuery } from '../models/model-queries.ts';
import { isOver } from './job-query.ts';
import { stepTitle, whyNoResult } from './job-steps.ts';
import { JobActions } from './job-actions.tsx';
import { JobStatusBadge } from './job-status-badge.tsx';

const refreshMs = 5_000;

const kinds: Record<Job['type'], string> = {
  'dataset.import': 'Import',
  'training.run': 'Training',
  'batch-prediction.run': 'Batch prediction',
  'online-features.publish': 'Refresh of online features',
};

const places: Partial<Record<Job['subject']['kind'], string>> = { dataset: '/datasets', model: '/models' };

function Kind({ of: { type, subject } }: { of: Job }) {
  const { data: datasets = [] } = useQuery(datasetsQuery());
  const { data: models = [] } = useQuery(modelsQuery());
  const place = places[subject.kind];
  const name = [...datasets, ...models].find(({ id }) => id === subject.id)?.name;
  const words = name === undefined ? kinds[type] : `${kinds[type]}: ${name}`;
  return place === undefined ? words : <TextLink to={`${place}/${subject.id}`}>{words}</TextLink>;
}

function Step({ of }: { of: Job }) {
  if (of.error !== null) {
    return (
      <Text size="sm" c="var(--foretell-bad)" lineClamp={3} maw={420}>
        {of.error.detail}
      </Text>
    );
  }
  return (
    <>
      <Text size="sm">{of.status === 'succeeded' ? whyNoResult(of) : stepTitle(of.step)}</Text>
      {!isOver(of) && <Progress value={of.progress * 100} size="sm" mt={4} aria-label="Progress" />}
    </>
  );
}

export function ActivityPage() {
  return (
    <Page title="Activity" description="Every job of this workspace, newest first.">
      <PagedTable
        path="/jobs"
        item={job}
        caption="Jobs"
        rowKey={(one) => one.id}
        refreshMs={refreshMs}
        minWidth={760}
        columns={[
          { header: 'Job', cell: (one) => <Kind of={one} /> },
          { header: 'Status', cell: (one) => <JobStatusBadge status={one.status} /> },
          { header: 'Step', cell: (one) => <Step of={one} /> },
          { header: 'Started', cell: (one) => <TimeAgo at={one.createdAt} /> },
          {
            header: 'Took',
            align: 'right',
            cell: (one) =>
              one.finishedAt === null
                ? '–'
                : formatDuration(Date.parse(one.finishedAt) - Date.parse(one.startedAt ?? one.createdAt)),
          },
          { header: '', align: 'right', cell: (one) => <JobActions job={one} /> },
        ]}
        empty={
          <NothingYet
            icon={<IconActivity />}
            title="No jobs yet"
            description="Bringing data and training a model run as jobs; they will be listed here."
            action={{ label: 'Bring data', to: '/datasets/new' }}
          />
        }
      />
    </Page>
  );
}
