import type { RequestHandler } from 'express';
import type { Gate } from '../access/admit.ts';
import { parseJson, readBody } from '../http/read-body.ts';
import { sendJson } from '../http/send-json.ts';
import type { ServingState } from '../model-store/serving-state.ts';
import { invalid, isObject } from '../predict/check-prediction-request.ts';
import type { Ingest } from './ingest.ts';

export interface IngestRouteDependencies {
  state: () => ServingState;
  gate: Gate;
  ingest: Ingest;
  maxBodyBytes: number;
}

const maxRecords = 2000;

export function createRecordsRoute(deps: IngestRouteDependencies): RequestHandler<{ dataset: string }> {
  return async (request, response) => {
    const caller = deps.gate.identify(request, 'ingest');
    const rate = deps.gate.spend(response, caller, 1);
    const dataset = deps.state().dataset(caller.key.workspace, request.params.dataset);
    const records = recordsOf(parseJson(await readBody(request, deps.maxBodyBytes)));
    sendJson(response, 202, JSON.stringify(await deps.ingest.accept(dataset, records)), rate);
  };
}

export function createBatchRoute(
  deps: Omit<IngestRouteDependencies, 'state'>,
): RequestHandler<{ batch_id: string }> {
  return async (request, response) => {
    const caller = deps.gate.identify(request, 'ingest', 'read');
    const rate = deps.gate.spend(response, caller, 1);
    const status = await deps.ingest.status(caller.key.workspace, request.params.batch_id);
    sendJson(response, 200, JSON.stringify(status), rate);
  };
}

function recordsOf(body: unknown): unknown[] {
  if (!isObject(body)) throw invalid([{ field: 'body', code: 'invalid_type', detail: 'an object' }]);
  const { records, ...others } = body;
  const extra = Object.keys(others)[0];
  if (extra !== undefined)
    throw invalid([{ field: extra, code: 'unrecognized_keys', detail: 'not a field of a batch of records' }]);
  if (!Array.isArray(records) || records.length === 0 || records.length > maxRecords)
    throw invalid([{ field: 'records', code: 'invalid_type', detail: `1 to ${maxRecords} records` }]);
  return records;
}
