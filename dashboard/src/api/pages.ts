import { page } from '@foretell/core/contracts/control-api/pages';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { getJson, withQuery } from './client.ts';

export type Filters = Record<string, string | number | undefined>;

/** A list read page by page, newest first. */
export function pagesQuery<S extends z.ZodType>(path: string, item: S, filters: Filters = {}) {
  return infiniteQueryOptions({
    queryKey: [path, 'pages', filters],
    queryFn: ({ pageParam, signal }) =>
      getJson(withQuery(path, { ...filters, cursor: pageParam }), page(item), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
}

/** The newest of a list. */
export function firstPageQuery<S extends z.ZodType>(path: string, item: S, filters: Filters = {}) {
  return queryOptions({
    queryKey: [path, 'first', filters],
    queryFn: async ({ signal }) => (await getJson(withQuery(path, filters), page(item), signal)).items,
  });
}

/** Most items that a choice or an overview is made of: beyond it, the paged list is the way. */
const listLimit = 1000;
/** The most the API answers at once. */
const pageLimit = 200;

/** A whole short list, for choices and overviews. */
export function listQuery<S extends z.ZodType>(path: string, item: S) {
  return queryOptions({
    queryKey: [path, 'all'],
    queryFn: async ({ signal }) => {
      const items: z.output<S>[] = [];
      let cursor: string | null = null;
      do {
        const next: { items: z.output<S>[]; nextCursor: string | null } = await getJson(
          withQuery(path, { limit: pageLimit, cursor }),
          page(item),
          signal,
        );
        items.push(...next.items);
        cursor = next.nextCursor;
      } while (cursor !== null && items.length < listLimit);
      return items;
    },
  });
}

/** One thing. */
export function oneQuery<S extends z.ZodType>(path: string, schema: S) {
  return queryOptions({ queryKey: [path], queryFn: ({ signal }) => getJson(path, schema, signal) });
}
