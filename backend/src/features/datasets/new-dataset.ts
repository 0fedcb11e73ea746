import type { datasetRequest } from '@foretell/core/contracts/control-api/datasets';
import {
  isWarehouse,
  warehouseQuery,
  type amplitudeSource,
  type WarehouseQuery,
  type warehouseSource,
} from '@foretell/core/contracts/sources';
import { DomainError } from '@foretell/core/domain/errors';
import { dialectOf, singleSelect } from '@foretell/core/domain/single-select';
import { newId } from '@foretell/core/node/new-id';
import type { z } from 'zod';
import type { DatasetRow } from '../../db/data.ts';
import type { Database } from '../../db/database.ts';
import { connections, type ConnectionRow, type DatasetSourceRow } from '../../db/sources.ts';
import { owned } from '../owned.ts';

type Request = z.output<typeof datasetRequest>;

const hourMs = 3_600_000;
/** The column of an Amplitude event that says when it happened. */
const amplitudeTime = 'event_time';

export function newDataset(workspace: string, { name, source, timeColumn }: Request): DatasetRow {
  const at = new Date().toISOString();
  return {
    id: newId(),
    workspace,
    name,
    source: source.kind,
    timeColumn: timeColumn ?? (source.kind === 'amplitude' ? amplitudeTime : null),
    status: source.kind === 'stream' ? 'ready' : 'importing',
    latestFeatureSet: null,
    rows: null,
    schema: null,
    createdAt: at,
    updatedAt: at,
  };
}

/** Where the dataset's rows come from by themselves; null when they are brought. */
export async function newSource(
  { read }: Database,
  { id: dataset, workspace }: DatasetRow,
  { source }: Request,
): Promise<DatasetSourceRow | null> {
  if (source.kind !== 'amplitude' && source.kind !== 'warehouse') return null;
  const connection = owned(
    await read.findOneBy(connections, { id: source.connection }),
    workspace,
    'connection',
  );
  if ((source.kind === 'warehouse') !== isWarehouse(connection.kind))
    throw invalid('source.connection', `is of kind ${connection.kind}`);
  const everyHours = source.everyHours ?? null;
  return {
    dataset,
    workspace,
    connection: connection.id,
    settings: source.kind === 'warehouse' ? asked(source, connection.kind) : since(source),
    everyHours,
    nextAt: everyHours === null ? null : new Date(Date.now() + everyHours * hourMs).toISOString(),
  };
}

function since({ from }: z.output<typeof amplitudeSource>): { from: string } {
  if (Date.parse(from) > Date.now() - hourMs) throw invalid('source.from', 'must be in the past');
  return { from };
}

function asked(source: z.output<typeof warehouseSource>, engine: ConnectionRow['kind']): WarehouseQuery {
  const select = singleSelect(source.query, dialectOf(engine));
  if ('problem' in select) throw invalid('source.query', select.problem);
  return warehouseQuery.strip().parse({ ...source, query: select.query });
}

export function invalid(field: string, detail: string): DomainError {
  return new DomainError('invalid', `${field} ${detail}`, {
    problems: [{ field, code: 'invalid', detail }],
  });
}
