import type { Connection, connectionChange } from '@foretell/core/contracts/sources';
import type { z } from 'zod';
import { connectionOf, emptyValues, validate, type WarehouseValues } from '../datasets/warehouse-values.ts';

type Change = z.input<typeof connectionChange>;
/** A database's connection, as the form of new ones knows it. */
export type WarehouseConnection = Connection & { kind: WarehouseValues['kind'] };

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** What the form begins with: everything but the credentials, which nobody is shown. */
export function valuesOf({ name, kind, settings }: WarehouseConnection): WarehouseValues {
  const { host, port, database, tls, certificateAuthority, workgroup, cluster, unloadRole } = settings;
  return {
    ...emptyValues,
    name,
    kind,
    host: text(host),
    port: typeof port === 'number' ? port : '',
    database: text(database),
    tls: tls !== 'off',
    certificateAuthority: text(certificateAuthority),
    deployment: cluster === undefined ? 'workgroup' : 'cluster',
    warehouse: text(workgroup ?? cluster),
    unloadRole: text(unloadRole),
  };
}

const asText = (settings: object) => JSON.stringify(Object.entries(settings).sort());
const whole = 'Type user and password, both.';

/** As of a new connection, but for the credentials: those it has stay, unless others are typed or it leads elsewhere. */
export const changeRules = {
  name: validate.name,
  host: validate.host,
  warehouse: validate.warehouse,
  unloadRole: validate.unloadRole,
  database: validate.database,
  username: (username: string, { password }: WarehouseValues) =>
    username === '' && password !== '' ? whole : null,
  password: (password: string, { username }: WarehouseValues) =>
    password === '' && username !== '' ? whole : null,
};

/** What is to change of `connection`: what differs from what it is. */
export function changeOf(connection: WarehouseConnection, values: WarehouseValues): Change {
  const asked = connectionOf(values, values.name.trim());
  return {
    kind: connection.kind,
    ...(asked.name === connection.name ? {} : { name: asked.name }),
    ...(asText(asked.settings) === asText(connection.settings) ? {} : { settings: asked.settings }),
    ...(values.password === '' ? {} : { credentials: asked.credentials }),
  } as Change;
}
