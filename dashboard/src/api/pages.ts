import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { getJson, withQuery } from './client.ts';

const pageOf = <S extends z.ZodType>(item: S) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullish() });

type Filters = Record<string, string | number | undefined>;

/** A list read page by page, newest first. */
export function pagesQuery<S extends z.ZodType>(path: string, item: S, filters: Filters = {}) {
  return infiniteQueryOptions({
    queryKey: [path, 'pages', filters],
    queryFn: ({ pageParam, signal }) =>
      getJson(withQuery(path, { ...filters, cursor: pageParam }), pageOf(item), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor ?? null,
  });
}

/** The newest of a list. */
export function firstPageQuery<S extends z.ZodType>(path: string, item: S, filters: Filters = {}) {
  return queryOptions({
    queryKey: [path, 'first', filters],
    queryFn: async ({ signal }) => (await getJson(withQuery(path, filters), pageOf(item), signal)).items,
  });
}

/** Most items that a choice or an overview is made of: beyond it, the paged list is the way. */
const listLimit = 1000;

/** A whole short list, for choices and overviews. */
export function listQuery<S extends z.ZodType>(path: string, item: S, filters: Filters = {}) {
  return queryOptions({
    queryKey: [path, 'all', filters],
    queryFn: async ({ signal }) => {
      const items: z.output<S>[] = [];
      let cursor: string | null = null;
      do {
        const page: { items: z.output<S>[]; nextCursor?: string | null | undefined } = await getJson(
          withQuery(path, { ...filters, cursor }),
          pageOf(item),
          signal,
        );
        items.push(...page.items);
        cursor = page.nextCursor ?? null;
      } while (cursor !== null && items.length < listLimit);
      return items;
    },
  });
}

/** One thing. */
export function oneQuery<S extends z.ZodType>(path: string, schema: S) {
  return queryOptions({ queryKey: [path], queryFn: ({ signal }) => getJson(path, schema, signal) });
}
