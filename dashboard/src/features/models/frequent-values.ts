import { useQuery } from '@tanstack/react-query';
import { summaryQuery } from '../datasets/dataset-queries.ts';

/** What a column of text holds most often. */
export function useFrequentValues(dataset: string, column: string | undefined): string[] {
  const { data } = useQuery(summaryQuery(dataset));
  const { topValues = [] } = data?.columns.find(({ name }) => name === column) ?? {};
  return topValues.flatMap(({ value }) => (typeof value === 'string' && value !== '' ? [value] : []));
}
