import { experiment } from '@foretell/core/contracts/experiments';
import { IconFlask } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { NothingYet } from '../../widgets/nothing-yet.tsx';
import { Page } from '../../widgets/page.tsx';
import { PagedTable } from '../../widgets/paged-table.tsx';
import { TextLink } from '../../widgets/text-link.tsx';
import { TimeAgo } from '../../widgets/time-ago.tsx';
import { modelsQuery } from '../models/model-queries.ts';
import { OutcomeBadge } from './outcome-badge.tsx';
import { fallbackWords, outcomeOf } from './verdict-words.ts';

export function ExperimentsPage() {
  const { data: models = [] } = useQuery(modelsQuery());
  const nameOf = (id: string) => models.find((one) => one.id === id)?.name ?? 'model';
  return (
    <Page title="Experiments" description="What each deployed model is worth, against a fallback.">
      <PagedTable
        path="/experiments"
        item={experiment}
        caption="Experiments"
        rowKey={(one) => one.id}
        columns={[
          {
            header: 'Experiment',
            cell: (one) => (
              <TextLink to={`/experiments/${one.id}`} strong>
                {nameOf(one.model)}, version {one.modelVersion}
              </TextLink>
            ),
          },
          { header: 'Verdict', cell: (one) => <OutcomeBadge outcome={outcomeOf(one)} /> },
          { header: 'Against', cell: (one) => fallbackWords(one.fallback) },
          {
            header: 'Decided by',
            cell: (one) =>
              one.metrics
                .filter(({ role }) => role === 'primary')
                .map(({ name }) => name)
                .join(', '),
          },
          { header: 'Started', cell: (one) => <TimeAgo at={one.startedAt} /> },
        ]}
        empty={
          <NothingYet
            icon={<IconFlask />}
            title="No experiment yet"
            description="Deploy a model with its experiment on: some get the model, some a fallback, and the outcome says which is better."
            action={{ label: 'Go to models', to: '/models' }}
          />
        }
      />
    </Page>
  );
}
