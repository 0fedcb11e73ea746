import { job, type Job } from '@foretell/core/contracts/control-api/jobs';
import { useQuery } from '@tanstack/react-query';
import { oneQuery } from '../../api/pages.ts';

const pollMs = 1_500;

export const isOver = ({ status }: Pick<Job, 'status'>) =>
  status === 'succeeded' || status === 'failed' || status === 'cancelled';

/** A job as it goes: pushed by the server's events, and asked for while it is not over. */
export function useJob(id: string, initial?: Job) {
  return useQuery({
    ...oneQuery(`/jobs/${id}`, job),
    ...(initial === undefined ? {} : { initialData: initial, initialDataUpdatedAt: 0 }),
    refetchInterval: ({ state }) => (state.data !== undefined && isOver(state.data) ? false : pollMs),
  });
}
