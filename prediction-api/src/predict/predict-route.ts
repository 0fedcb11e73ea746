import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Gate } from '../access/admit.ts';
import type { AssignmentSender } from '../assignments/assignment-sender.ts';
import { parseJson, readBody } from '../http/read-body.ts';
import { sendJson } from '../http/send-json.ts';
import type { ServingState } from '../model-store/serving-state.ts';
import type { ItemWriter } from '../prediction-log/item-writer.ts';
import { checkPredictionRequest } from './check-prediction-request.ts';
import { encodeResponse } from './encode-response.ts';
import { idempotencyKeyOf, type Idempotency } from './idempotency.ts';
import { itemOf, predict } from './predictor.ts';
import { reportExposure, reportReplay } from './report-exposure.ts';

export interface PredictDependencies {
  /** Throws `unavailable` before the first manifest. */
  state: () => ServingState;
  gate: Gate;
  writer: ItemWriter;
  assignments: AssignmentSender;
  idempotency: Idempotency;
  ttlDays: number;
  maxBodyBytes: number;
  now: () => number;
}

export type PredictRoute = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The hot path: key, body, features, group, model, durable log, answer. */
export function createPredictRoute(deps: PredictDependencies): PredictRoute {
  const { state, gate, writer, assignments, idempotency, ttlDays, maxBodyBytes, now } = deps;
  return async (request, response) => {
    const arrivedMs = performance.now();
    const caller = gate.identify(request, 'predict');
    const rate = gate.spend(response, caller, 1);
    const body = await readBody(request, maxBodyBytes);
    const asked = checkPredictionRequest(parseJson(body));
    const { workspace } = caller.key;
    const model = state().model(workspace, asked.model);
    const key = idempotencyKeyOf(request.headers['idempotency-key']);
    const repeatable = key === null ? null : { workspace, key, body };
    const earlier = repeatable && (await idempotency.find(repeatable));
    if (earlier !== null) {
      reportReplay(assignments, workspace, asked, earlier);
      sendJson(response, 200, earlier, rate);
      return;
    }
    const made = predict(model, asked, now(), arrivedMs);
    const prediction = made instanceof Promise ? await made : made;
    const item = itemOf(prediction, ttlDays);
    const answer = encodeResponse(prediction);
    if (repeatable === null) await writer.write(item);
    const answered = repeatable === null ? answer : await idempotency.store(repeatable, item, answer);
    if (answered === answer) reportExposure(assignments, prediction);
    else reportReplay(assignments, workspace, asked, answered);
    sendJson(response, 200, answered, rate);
  };
}
