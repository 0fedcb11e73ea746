import type { datasetRequest } from '@foretell/core/contracts/control-api/datasets';
import type { connectionRequest } from '@foretell/core/contracts/sources';
import { dialectOf, singleSelect } from '@foretell/core/domain/single-select';
import type { UseFormReturnType } from '@mantine/form';
import type { z } from 'zod';

/** Not one of those that are there already. */
export const newConnection = 'new';
export const never = 'never';

export interface WarehouseValues {
  name: string;
  /** The id of one, or `newConnection`. */
  connection: string;
  kind: 'postgresql' | 'mysql' | 'redshift';
  /** Of Redshift: which of the two `warehouse` names. */
  deployment: 'workgroup' | 'cluster';
  warehouse: string;
  unloadRole: string;
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
  deployment: 'workgroup',
  warehouse: '',
  unloadRole: '',
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
const neededAnew =
  (what: string, ofKind: (isRedshift: boolean) => boolean = () => true) =>
  (text: string, { connection, kind }: WarehouseValues) =>
    connection === newConnection && ofKind(kind === 'redshift') ? needed(what)(text) : null;
const ofDatabase = (isRedshift: boolean) => !isRedshift;
const ofRedshift = (isRedshift: boolean) => isRedshift;

export const validate = {
  name: needed('Give it a name.'),
  host: neededAnew('Name the host.', ofDatabase),
  warehouse: neededAnew('Name the workgroup or the cluster.', ofRedshift),
  unloadRole: neededAnew('Name the role that Redshift writes with.', ofRedshift),
  database: neededAnew('Name the database.'),
  username: neededAnew('Name the user.'),
  password: neededAnew('Type the password.'),
  query: (text: string, { kind }: WarehouseValues) => {
    if (text.trim() === '') return 'Write a query.';
    const select = singleSelect(text, dialectOf(kind));
    return 'problem' in select ? select.problem : null;
  },
};

/** The form's field for each of the API's. */
export const fieldNames: Record<string, string> = {
  name: 'name',
  'settings.host': 'host',
  'settings.port': 'port',
  'settings.workgroup': 'warehouse',
  'settings.cluster': 'warehouse',
  'settings.unloadRole': 'unloadRole',
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
  const { kind, username, password } = values;
  const credentials = { username: username.trim(), password };
  return kind === 'redshift'
    ? { name, kind, settings: redshiftOf(values), credentials }
    : { name, kind, settings: databaseOf(values), credentials };
}

const redshiftOf = ({ deployment, warehouse, database, unloadRole }: WarehouseValues) => ({
  [deployment]: warehouse.trim(),
  database: database.trim(),
  unloadRole: unloadRole.trim(),
});

function databaseOf({ host, port, database, tls, certificateAuthority }: WarehouseValues) {
  return {
    host: host.trim(),
    database: database.trim(),
    tls: tls ? ('required' as const) : ('off' as const),
    ...(port === '' ? {} : { port }),
    ...(tls ? filled({ certificateAuthority }) : {}),
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
