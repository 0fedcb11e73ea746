import { DomainError } from '@foretell/core/domain/errors';

/**
 * The one tenant check: whatever is found by an id goes through here. Another workspace's row is answered exactly as no
 * row at all.
 */
export function owned<T extends { workspace: string }>(
  row: T | null | undefined,
  workspace: string,
  what: string,
): T {
  if (row?.workspace !== workspace)
    throw new DomainError('not_found', `There is no such ${what} in this workspace.`);
  return row;
}
