import { DomainError } from '@foretell/core/domain/errors';

/** Throws `conflict` while anything is in the way of deleting what is called `name`; each of `uses` is a sentence's half. */
export function refuseWhileUsed(name: string, uses: readonly string[], whatToDo: string): void {
  if (uses.length === 0) return;
  throw new DomainError('conflict', `"${name}" cannot be deleted: ${uses.join('; ')}. ${whatToDo}`);
}
