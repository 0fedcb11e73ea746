import type { datasetRequest } from '@foretell/core/contracts/control-api/datasets';
import type { connectionRequest } from '@foretell/core/contracts/sources';
import { singleSelect } from '@foretell/core/domain/single-select';
import type { UseFormReturnType } from '@mantine/form';
import type { z } from 'zod';

/** Not one of those that are there already. */
export const newConnection = 'new';
export const never = 'never';

export interface WarehouseValues {
  name: string;
  /** The id of one, or `newConnection`. */
  connection: string;
  kind: 'postgresql' | 'mysql';
  host: string;
  port: number | '';
  database: string;
  username: string;
  password: string;
  tls: boolean;
  certificateAuthority: string;
  query: string;
  timeColumn: string;
  incrementalColumn: string;
  keyColumn: string;
  /** A number of hours as text, or `never`. */
  everyHours: string;
}
export type WarehouseForm = UseFormReturnType<WarehouseValues>;

export const emptyValues: WarehouseValues = {
  name: '',
  connection: newConnection,
  kind: 'postgresql',
  host: '',
  port: '',
  database: '',
  username: '',
  password: '',
  tls: true,
  certificateAuthority: '',
  query: '',
  timeColumn: '',
  incrementalColumn: '',
  keyColumn: '',
  everyHours: '24',
};

const needed = (what: string) => (text: string) => (text.trim() === '' ? what : null);
const neededAnew = (what: string) => (text: string, values: WarehouseValues) =>
  values.connection === newConnection ? needed(what)(text) : null;

export const validate = {
  name: needed('Give it a name.'),
  host: neededAnew('Name the host.'),
  database: neededAnew('Name the database.'),
  username: neededAnew('Name the user.'),
  password: neededAnew('Type the password.'),
  query: (text: string, { kind }: WarehouseValues) => {
    if (text.trim() === '') return 'Write a query.';
    const select = singleSelect(text, kind === 'mysql' ? 'mysql' : 'standard');
    return 'problem' in select ? select.problem : null;
  },
};

/** The form's field for each of the API's. */
export const fieldNames: Record<string, string> = {
  name: 'name',
  'settings.host': 'host',
  'settings.port': 'port',
  'settings.database': 'database',
  'settings.tls': 'tls',
  'settings.certificateAuthority': 'certificateAuthority',
  credentials: 'password',
  'credentials.username': 'username',
  'credentials.password': 'password',
  'source.connection': 'connection',
  'source.query': 'query',
  'source.incrementalColumn': 'incrementalColumn',
  'source.keyColumn': 'keyColumn',
  timeColumn: 'timeColumn',
};

/** Without what is left empty. */
function filled<T extends Record<string, string>>(values: T): Partial<T> {
  const trimmed = Object.entries(values).map(([key, value]) => [key, value.trim()] as const);
  return Object.fromEntries(trimmed.filter(([, value]) => value !== '')) as Partial<T>;
}

export function connectionOf(values: WarehouseValues, name: string): z.input<typeof connectionRequest> {
  const { kind, host, port, database, username, password, tls, certificateAuthority } = values;
  return {
    name,
    kind,
    settings: {
      host: host.trim(),
      database: database.trim(),
      tls: tls ? 'required' : 'off',
      ...(port === '' ? {} : { port }),
      ...(tls ? filled({ certificateAuthority }) : {}),
    },
    credentials: { username: username.trim(), password },
  };
}

export function datasetOf(values: WarehouseValues, connection: string): z.input<typeof datasetRequest> {
  const { name, query, timeColumn, incrementalColumn, keyColumn, everyHours } = values;
  return {
    name,
    ...filled({ timeColumn }),
    source: {
      kind: 'warehouse',
      connection,
      query,
      ...filled({ incrementalColumn, keyColumn }),
      ...(everyHours === never ? {} : { everyHours: Number(everyHours) }),
    },
  };
}
