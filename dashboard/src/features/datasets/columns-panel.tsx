import type { Dataset } from '@foretell/core/contracts/control-api/datasets';
import { SimpleGrid, Stack, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Loaded } from '../../widgets/loaded.tsx';
import { ColumnCard } from './column-card.tsx';
import { summaryQuery } from './dataset-queries.ts';

const searchFrom = 12;

export function ColumnsPanel({ dataset }: { dataset: Dataset }) {
  const [wanted, setWanted] = useState('');
  const query = useQuery(summaryQuery(dataset.id));
  return (
    <Loaded query={query} height={400}>
      {({ columns }) => (
        <Stack>
          {columns.length > searchFrom && (
            <TextInput
              aria-label="Find a column"
              placeholder="Find a column"
              leftSection={<IconSearch size={16} />}
              value={wanted}
              onChange={(event) => setWanted(event.currentTarget.value)}
              maw={320}
            />
          )}
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
            {columns
              .filter(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()))
              .map((column) => (
                <ColumnCard key={column.name} column={column} />
              ))}
          </SimpleGrid>
        </Stack>
      )}
    </Loaded>
  );
}
