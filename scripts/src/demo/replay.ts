import {
  predictionResponse,
  recordsResponse,
  type PredictionResponse,
} from '@foretell/core/contracts/public-api';
import { readAnswer } from './api-client.ts';
import type { DemoReport } from './report.ts';

export interface PublicApi {
  origin: string;
  apiKey: string;
}

export interface PredictionCall {
  model: string;
  entity: string;
  unit?: string;
  features: Record<string, string | number | boolean | null>;
}

const inFlight = 32;
const recordsPerBatch = 2000;

const headers = (api: PublicApi) => ({ 'content-type': 'application/json', 'x-api-key': api.apiKey });

export async function predict(api: PublicApi, call: PredictionCall): Promise<PredictionResponse> {
  const response = await fetch(`${api.origin}/v1/predictions`, {
    method: 'POST',
    headers: headers(api),
    body: JSON.stringify(call),
  });
  return readAnswer(response, predictionResponse, 'POST /v1/predictions');
}

/** Sends every call once, 32 in flight; answers in the calls' order, with the latencies the caller saw. */
export async function replayPredictions(
  api: PublicApi,
  calls: readonly PredictionCall[],
  onProgress: (done: number) => void,
): Promise<{ answers: PredictionResponse[]; measured: NonNullable<DemoReport['replay']> }> {
  const answers = new Array<PredictionResponse>(calls.length);
  const latenciesMs: number[] = [];
  let next = 0;
  const started = performance.now();
  const worker = async () => {
    for (let index = next++; index < calls.length; index = next++) {
      const call = calls[index];
      if (!call) return;
      const sent = performance.now();
      answers[index] = await predict(api, call);
      latenciesMs.push(performance.now() - sent);
      onProgress(latenciesMs.length);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const elapsedMs = performance.now() - started;
  latenciesMs.sort((a, b) => a - b);
  const quantile = (p: number) =>
    rounded(latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(p * latenciesMs.length))] ?? 0);
  return {
    answers,
    measured: {
      predictions: calls.length,
      requestsPerSecond: Math.round((calls.length * 1000) / elapsedMs),
      p50Ms: quantile(0.5),
      p99Ms: quantile(0.99),
    },
  };
}

const rounded = (ms: number) => Math.round(ms * 100) / 100;

/** Streams records in batches; every one of them must be accepted. Answers the batches' ids. */
export async function streamRecords(
  api: PublicApi,
  dataset: string,
  records: readonly Record<string, unknown>[],
): Promise<string[]> {
  const batches: string[] = [];
  for (let start = 0; start < records.length; start += recordsPerBatch) {
    const body = JSON.stringify({ records: records.slice(start, start + recordsPerBatch) });
    const response = await fetch(`${api.origin}/v1/datasets/${dataset}/records`, {
      method: 'POST',
      headers: headers(api),
      body,
    });
    const answer = await readAnswer(response, recordsResponse, 'POST /v1/datasets/{dataset}/records');
    const refused = answer.rejected[0];
    if (refused) throw new Error(`record ${refused.index} was refused: ${refused.field}: ${refused.detail}`);
    batches.push(answer.batch_id);
  }
  return batches;
}

const servedWithinMs = 60_000;

/** Repeats one call until the data plane knows the new key and model (a 401 or 404 before is no exposure). */
export async function untilServed(api: PublicApi, call: PredictionCall): Promise<PredictionResponse> {
  const deadline = Date.now() + servedWithinMs;
  for (;;) {
    try {
      return await predict(api, call);
    } catch (error) {
      if (Date.now() > deadline)
        throw new Error('the prediction API does not serve the new deployment', { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
