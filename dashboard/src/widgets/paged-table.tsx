import { Button, Stack } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { z } from 'zod';
import { type Filters, pagesQuery } from '../api/pages.ts';
import { DataTable, type TableColumn } from './data-table.tsx';
import { Loaded } from './loaded.tsx';

/** A list of the API as a table, page after page; `empty` is shown where there is nothing yet. */
export function PagedTable<S extends z.ZodType>({
  path,
  item,
  filters,
  caption,
  columns,
  rowKey,
  empty,
  refreshMs,
  minWidth,
}: {
  path: string;
  item: S;
  filters?: Filters;
  caption: string;
  columns: readonly TableColumn<z.output<S>>[];
  rowKey: (row: z.output<S>) => string;
  empty: ReactNode;
  refreshMs?: number;
  minWidth?: number;
}) {
  const query = useInfiniteQuery({
    ...pagesQuery(path, item, filters ?? {}),
    ...(refreshMs === undefined ? {} : { refetchInterval: refreshMs }),
  });
  return (
    <Loaded query={query} height={200}>
      {(data) => {
        const rows = data.pages.flatMap((page) => page.items);
        if (rows.length === 0) return empty;
        return (
          <Stack gap="sm">
            <DataTable
              caption={caption}
              columns={columns}
              rows={rows}
              rowKey={rowKey}
              {...(minWidth === undefined ? {} : { minWidth })}
            />
            {query.hasNextPage && (
              <Button
                variant="default"
                onClick={() => void query.fetchNextPage()}
                loading={query.isFetchingNextPage}
                style={{ alignSelf: 'center' }}
              >
                Show more
              </Button>
            )}
          </Stack>
        );
      }}
    </Loaded>
  );
}
