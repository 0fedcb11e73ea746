import type { Model } from '@foretell/core/contracts/control-api/models';
import { Badge, Button, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { send } from '../../api/client.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { ConfirmButton } from '../../widgets/confirm-button.tsx';
import { DataTable } from '../../widgets/data-table.tsx';
import { Loaded } from '../../widgets/loaded.tsx';
import { TextLink } from '../../widgets/text-link.tsx';
import { TimeAgo } from '../../widgets/time-ago.tsx';
import { useRole } from '../sessions/me-query.ts';
import { deploymentsQuery } from './deployment-queries.ts';

function EndButton({ model }: { model: Model }) {
  const refresh = useRefresh();
  const end = useMutation({
    mutationFn: () => send('DELETE', `/models/${model.id}/deployments/current`),
    onSuccess: () => refresh('/models', '/experiments'),
  });
  return (
    <ConfirmButton
      title={`Take ${model.name} out of service?`}
      text="Calls for it are refused from now on, and a running experiment stops without a verdict."
      confirmLabel="Take it out of service"
      action={end}
      trigger={(open) => (
        <Button size="compact-sm" variant="subtle" color="red" onClick={open}>
          Take out of service
        </Button>
      )}
    />
  );
}

export function DeploymentsPanel({ model }: { model: Model }) {
  const { mayEdit } = useRole();
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
              {
                header: '',
                align: 'right',
                cell: ({ active }) => active && mayEdit && <EndButton model={model} />,
              },
            ]}
          />
        )
      }
    </Loaded>
  );
}
