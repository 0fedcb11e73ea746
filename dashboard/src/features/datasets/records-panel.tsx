import type { Dataset } from '@foretell/core/contracts/control-api/datasets';
import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CodeBlock } from '../../widgets/code-block.tsx';
import { TextLink } from '../../widgets/text-link.tsx';
import { meQuery } from '../sessions/me-query.ts';
import { sendRecordsSnippet } from './send-records-snippet.ts';

export function RecordsPanel({ dataset }: { dataset: Dataset }) {
  const { data: me } = useQuery(meQuery());
  const columns = dataset.schema?.columns.map(({ name }) => name) ?? [];
  return (
    <Stack gap="sm" maw={860}>
      <Text size="sm">
        Send up to 2,000 rows a request, with an <TextLink to="/api-keys">API key</TextLink> that may send
        records. A row with a <code>record_id</code> counts once, even if it is sent again within 7 days.
      </Text>
      <CodeBlock
        label="request"
        code={sendRecordsSnippet(me?.publicUrl ?? window.location.origin, dataset.id, columns)}
      />
      {columns.length > 0 && (
        <Text size="sm" c="dimmed">
          Columns seen so far: {columns.join(', ')}.
        </Text>
      )}
    </Stack>
  );
}
