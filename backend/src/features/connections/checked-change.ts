import type { ConnectionChange } from '@foretell/core/contracts/sources';
import type { ConnectionRow } from '../../db/sources.ts';
import { checkSettings, refused } from './check-settings.ts';

/** What a change is to alter, by name; throws `invalid` for one that may not be. */
export function checkedChange(
  { kind }: Pick<ConnectionRow, 'kind'>,
  change: ConnectionChange,
  allowed: ReadonlySet<string>,
): string[] {
  const { name, settings, credentials } = change;
  if (change.kind !== kind)
    throw refused(
      'kind',
      'other_kind',
      `This connection is of kind ${kind}: make another for ${change.kind}.`,
    );
  if (settings) checkSettings(settings, allowed);
  if (settings && !credentials)
    throw refused(
      'credentials',
      'required',
      'The credentials are needed again with other settings: kept ones are not sent to another place.',
    );
  const changed = Object.entries({ name, settings, credentials }).filter(([, value]) => value !== undefined);
  if (changed.length === 0)
    throw refused('name', 'required', 'Say what is to change: the name, the settings or the credentials.');
  return changed.map(([field]) => field);
}
