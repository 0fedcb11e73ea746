import { DomainError } from '@foretell/core/domain/errors';
import type { ConnectionPlace } from '../sources.ts';
import { openMysql } from './mysql.ts';
import { openPostgresql } from './postgresql.ts';
import { warehouseProblem } from './warehouse-problem.ts';
import type { SessionOptions, WarehouseSession } from './warehouse-session.ts';

/** A database that answers rows to whoever connects. */
export type DatabasePlace = Extract<ConnectionPlace, { kind: 'postgresql' | 'mysql' }>;

const engines = { postgresql: openPostgresql, mysql: openMysql };

/**
 * Connects to a customer's database through the one door to hosts that users name, by TLS unless the operator has allowed
 * the host. Throws `invalid` in words for what the user can mend, `unavailable` for what is worth another try.
 */
export async function openWarehouse(
  { kind, settings }: DatabasePlace,
  options: SessionOptions,
): Promise<WarehouseSession> {
  if (settings.tls === 'off' && !options.egress.isAllowed(settings.host))
    throw warehouseProblem(
      'settings.tls',
      'tls_required',
      `${settings.host} is not spoken to without TLS: only your operator's own hosts are (EGRESS_ALLOWED_HOSTS).`,
    );
  try {
    return await engines[kind](settings, options);
  } catch (error) {
    // The door names the host; here it is a setting of the connection.
    const problem = error instanceof DomainError ? error.problems[0] : undefined;
    if (problem?.field === 'host')
      throw warehouseProblem('settings.host', problem.code, problem.detail, error);
    throw error;
  }
}
