import { toProblem } from '@foretell/core/node/problem';
import { DomainError } from '@foretell/core/domain/errors';
import type { Logger } from '@foretell/core/node/logger';
import type { Request, RequestHandler, Response } from 'express';
import type { Caller } from '../access/api-keys.ts';
import { parseJson, readBody } from '../http/read-body.ts';
import { sendJson } from '../http/send-json.ts';
import type { DeployedModel } from '../model-store/serving-state.ts';
import { checkPredictionRequest, invalid, isObject } from './check-prediction-request.ts';
import { encodeResponse } from './encode-response.ts';
import type { PredictDependencies } from './predict-route.ts';
import { itemOf, predict } from './predictor.ts';
import { reportExposure } from './report-exposure.ts';

const maxItems = 1000;

/** Many entities, one model: an item that fails fails alone. */
export function createPredictBatchRoute(
  deps: Omit<PredictDependencies, 'idempotency'>,
  logger: Logger,
): RequestHandler {
  const { state, gate, writer, assignments, ttlDays, maxBodyBytes, now } = deps;

  async function answerItem(model: DeployedModel, item: unknown, index: number): Promise<string> {
    const arrivedMs = performance.now();
    try {
      const asked = checkPredictionRequest(withModel(item, model), 'item');
      const prediction = await predict(model, asked, now(), arrivedMs);
      await writer.write(itemOf(prediction, ttlDays));
      reportExposure(assignments, prediction);
      return encodeResponse(prediction);
    } catch (error) {
      if (!(error instanceof DomainError)) logger.error({ err: error, index }, 'an item of a batch failed');
      return `{"error":${JSON.stringify(toProblem(error))}}`;
    }
  }

  /** What is refused counts as one request: to have it read must not be free. */
  async function readBatch(request: Request, response: Response, caller: Caller) {
    try {
      return checkBatch(parseJson(await readBody(request, maxBodyBytes)));
    } catch (error) {
      gate.spend(response, caller, 1);
      throw error;
    }
  }

  return async (request, response) => {
    const caller = gate.identify(request, 'predict');
    const body = await readBatch(request, response, caller);
    const rate = gate.spend(response, caller, body.items.length);
    const model = state().model(caller.key.workspace, body.model);
    const results = await Promise.all(
      await startAll(body.items, (item, index) => answerItem(model, item, index)),
    );
    sendJson(response, 200, `{"results":[${results.join(',')}]}`, rate);
  };
}

/** Starts every item, letting other requests in between: an explained item takes milliseconds. */
async function startAll(
  items: readonly unknown[],
  start: (item: unknown, index: number) => Promise<string>,
): Promise<Promise<string>[]> {
  const started: Promise<string>[] = [];
  for (const [index, item] of items.entries()) {
    started.push(start(item, index));
    if (index % 50 === 49 || (isObject(item) && item['explain'] === true)) await nextTurn();
  }
  return started;
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

function checkBatch(body: unknown): { model: string; items: unknown[] } {
  const { model, items, ...others } = isObject(body) ? body : {};
  if (!isObject(body)) throw invalid([{ field: 'body', code: 'invalid_type', detail: 'an object' }]);
  const extra = Object.keys(others)[0];
  if (extra !== undefined)
    throw invalid([{ field: extra, code: 'unrecognized_keys', detail: 'not a field of a batch' }]);
  if (typeof model !== 'string' || model.length === 0 || model.length > 100)
    throw invalid([{ field: 'model', code: 'invalid_type', detail: 'a text of 1 to 100 characters' }]);
  if (!Array.isArray(items) || items.length === 0 || items.length > maxItems)
    throw invalid([{ field: 'items', code: 'invalid_type', detail: `1 to ${maxItems} items` }]);
  return { model, items };
}

function withModel(item: unknown, { serving }: DeployedModel): unknown {
  if (!isObject(item)) return item;
  if ('model' in item)
    throw invalid([{ field: 'model', code: 'unrecognized_keys', detail: 'a batch has one model' }]);
  return { ...item, model: serving.id };
}
