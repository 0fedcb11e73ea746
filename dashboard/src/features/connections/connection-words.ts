import type { Connection } from '@foretell/core/contracts/sources';

export const kindWords: Record<Connection['kind'], string> = {
  amplitude: 'Amplitude',
  postgresql: 'PostgreSQL',
  mysql: 'MySQL',
  redshift: 'Redshift',
};

const regionWords: Record<string, string> = { us: 'United States', eu: 'European Union' };

/** Where a connection leads, in a few words. */
export function placeOf({ kind, settings }: Pick<Connection, 'kind' | 'settings'>): string {
  const { region, url, database, host, workgroup, cluster } = settings;
  if (kind === 'amplitude') return regionWords[String(region)] ?? String(url);
  return `${String(database)} on ${String(host ?? workgroup ?? cluster)}`;
}
