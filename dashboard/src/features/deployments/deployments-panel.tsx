import type { Model } from '@foretell/core/contracts/control-api';
import { Badge, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { DataTable } from '../../widgets/data-table.tsx';
import { Loaded } from '../../widgets/loaded.tsx';
import { TextLink } from '../../widgets/text-link.tsx';
import { TimeAgo } from '../../widgets/time-ago.tsx';
import { deploymentsQuery } from './deployment-queries.ts';

export function DeploymentsPanel({ model }: { model: Model }) {
  const query = useQuery(deploymentsQuery(model.id));
  return (
    <Loaded query={query}>
      {(deployments) =>
        deployments.length === 0 ? (
          <Text c="dimmed">It has not been deployed yet.</Text>
        ) : (
          <DataTable
            caption="Deployments"
            minWidth={480}
            rows={deployments}
            rowKey={({ id }) => id}
            columns={[
              {
                header: 'Version',
                cell: ({ version }) => (
                  <TextLink to={`/models/${model.id}/versions/${version}`}>version {version}</TextLink>
                ),
              },
              {
                header: 'State',
                cell: ({ active }) => (
                  <Badge color={active ? 'teal' : 'gray'} variant="light">
                    {active ? 'serving' : 'replaced'}
                  </Badge>
                ),
              },
              {
                header: 'Experiment',
                cell: ({ experiment }) =>
                  experiment === null ? (
                    'none'
                  ) : (
                    <TextLink to={`/experiments/${experiment}`}>results</TextLink>
                  ),
              },
              { header: 'Deployed', cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
            ]}
          />
        )
      }
    </Loaded>
  );
}
