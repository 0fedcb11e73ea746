import { me } from '@foretell/core/contracts/control-api/accounts';
import { useQuery } from '@tanstack/react-query';
import { oneQuery } from '../../api/pages.ts';

export const meQuery = () => ({ ...oneQuery('/me', me), staleTime: 60_000 });

/** What the signed-in user may do; a viewer only looks. */
export function useRole() {
  const role = useQuery(meQuery()).data?.workspace.role;
  return { mayEdit: role === 'owner' || role === 'editor', isOwner: role === 'owner' };
}
