import { apiKey } from '@foretell/core/contracts/control-api/api-keys';
import { Badge, Code, Group } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useState } from 'react';
import { formatCount } from '../../format/numbers.ts';
import { formatTime } from '../../format/times.ts';
import { NothingYet } from '../../widgets/nothing-yet.tsx';
import { Page } from '../../widgets/page.tsx';
import { PagedTable } from '../../widgets/paged-table.tsx';
import { TimeAgo } from '../../widgets/time-ago.tsx';
import { useRole } from '../sessions/me-query.ts';
import { CreateKeyButton } from './create-key-button.tsx';
import { KeyActions } from './key-actions.tsx';
import { NewKeyModal } from './new-key-modal.tsx';
import { scopeWords } from './scope-words.ts';

export function ApiKeysPage() {
  const { mayEdit } = useRole();
  const [fresh, setFresh] = useState<string | null>(null);
  return (
    <Page
      title="API keys"
      description="For your servers: to ask for predictions and to send records."
      actions={mayEdit && <CreateKeyButton onCreated={setFresh} />}
    >
      <NewKeyModal value={fresh} onClose={() => setFresh(null)} />
      <PagedTable
        path="/api-keys"
        item={apiKey}
        caption="API keys"
        rowKey={(one) => one.id}
        minWidth={820}
        columns={[
          { header: 'Name', cell: (one) => <b>{one.name}</b> },
          { header: 'Begins with', cell: (one) => <Code>{one.prefix}</Code> },
          {
            header: 'May',
            cell: (one) => (
              <Group gap={4}>
                {one.scopes.map((scope) => (
                  <Badge key={scope} variant="light" tt="none" miw="max-content">
                    {scopeWords[scope].short}
                  </Badge>
                ))}
              </Group>
            ),
          },
          { header: 'Requests a second', align: 'right', cell: (one) => formatCount(one.ratePerSecond) },
          {
            header: 'Ends',
            cell: (one) => endOf(one.expiresAt),
          },
          { header: 'Made', cell: (one) => <TimeAgo at={one.createdAt} /> },
          {
            header: '',
            align: 'right',
            cell: (one) => mayEdit && <KeyActions apiKey={one} onRotated={setFresh} />,
          },
        ]}
        empty={
          <NothingYet
            icon={<IconKey />}
            title="No API key yet"
            description="Make one, put it into your server’s environment as FORETELL_KEY, and call your model."
          />
        }
      />
    </Page>
  );
}

function endOf(expiresAt: string | null): string {
  if (expiresAt === null) return 'never';
  return Date.parse(expiresAt) > Date.now() ? formatTime(expiresAt) : `ended ${formatTime(expiresAt)}`;
}
