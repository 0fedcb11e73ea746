import type { Platform } from '@foretell/local/platform';
import type { PredictionResponse } from '@foretell/core/contracts/public-api';
import type { ModelVersion } from '@foretell/core/contracts/control-api/models';
import { ownLoss } from '@foretell/core/contracts/model-version';
import type { ControlApi } from './api-client.ts';
import { printResults, summarizeResults, waitForResults } from './experiment.ts';
import type { DemoPlan } from './plan.ts';
import { thousands, type Printer } from './print.ts';
import { averageDoesAsWell } from './print-training.ts';
import type { Recorder } from './recorder.ts';
import {
  replayPredictions,
  streamRecords,
  untilServed,
  type PredictionCall,
  type PublicApi,
} from './replay.ts';
import type { DemoReport } from './report.ts';
import { batchesStored, queuesDrained } from './settle.ts';
import { deployWithExperiment, importFile, signUp, trainModel } from './story.ts';
import { fetchBack, whereToLook } from './where-to-look.ts';

export interface Story {
  plan: DemoPlan;
  platform: Platform;
  report: DemoReport;
  recorder: Recorder;
  printer: Printer;
}

/** The main job, step by step, as a user's own programs would do it. */
export async function tellStory(story: Story): Promise<void> {
  const { api, apiKey } = await joinIn(story);
  const dataset = await bringData(story, api);
  const { model, version } = await buildModel(story, api, dataset);
  const deployed = await deploy(story, api, model.id, version);
  const publicApi = { origin: story.report.urls.public, apiKey };
  const { rows, told } = await story.plan.replayed(api, dataset, version.metrics.periods.test[0]);
  const calls = callsOf(rows, model);
  const answers = await replay(story, publicApi, calls, told);
  await decide(story, api, publicApi, { ...deployed, calls, answers });
  await lookBack(story, api, calls);
}

function joinIn({ printer, recorder, report }: Story) {
  printer.step('Sign a workspace up and make an API key');
  return recorder.step('sign-up', async () => {
    const result = await signUp(controlOrigin(report), printer);
    Object.assign(report, { token: result.token, workspace: result.workspace, apiKey: result.apiKey });
    return { figures: { workspace: result.workspace }, result };
  });
}

export const controlOrigin = (report: DemoReport) => report.urls.control.replace(/\/api\/?$/, '');

function bringData({ plan, printer, recorder, report }: Story, api: ControlApi): Promise<string> {
  printer.step(`Import ${plan.datasetName}`);
  return recorder.step('import', async () => {
    const imported = await importFile(api, plan.file, plan.datasetName, plan.question.time, printer);
    const { n, rows, columns, bytes } = imported.featureSet;
    Object.assign(report, { dataset: imported.dataset, featureSet: n, data: { rows, columns } });
    return { figures: { rows, columns, bytes }, result: imported.dataset };
  });
}

function buildModel({ plan, printer, recorder, report }: Story, api: ControlApi, dataset: string) {
  printer.step(`Build the model: ${plan.modelName}`);
  return recorder.step('train', async () => {
    const question = { ...plan.question, dataset };
    const result = await trainModel(api, plan.modelName, question, plan.threshold, printer);
    const { rows, scores, baseline, rounds } = result.version.metrics;
    report.model = result.model.id;
    report.version = result.version.n;
    const own = ownLoss(result.version.metrics);
    report.training = { rows, metrics: scores, baseline, ownLoss: own };
    return { figures: { rows, scores, baseline, ownLoss: own, rounds }, result };
  });
}

function deploy({ plan, printer, recorder }: Story, api: ControlApi, model: string, version: ModelVersion) {
  printer.step('Deploy it with the A/B test on: 50 % model, 50 % random');
  const caution = averageDoesAsWell(version.metrics);
  if (caution !== null)
    printer.line(`WARNING: ${caution} It is deployed to show the rest, not for its worth.`);
  return recorder.step('deploy', async () => {
    const deployed = await deployWithExperiment(api, model, version.n, plan.outcome);
    printer.line(`experiment ${deployed.experiment}; outcomes are streamed to dataset ${deployed.outcomes}`);
    return { figures: { ...deployed }, result: deployed };
  });
}

type ModelWithRecipe = Awaited<ReturnType<typeof buildModel>>['model'];

/** The plan's rows as requests: of each row, what the recipe reads of it and the time it is for. */
function callsOf(rows: Omit<PredictionCall, 'model'>[], { id, recipe }: ModelWithRecipe): PredictionCall[] {
  const read = new Set([
    recipe.time,
    ...recipe.features.flatMap((feature) => (feature.kind === 'column' ? [feature.column] : [])),
  ]);
  return rows.map((call) => ({
    ...call,
    model: id,
    features: Object.fromEntries(Object.entries(call.features).filter(([name]) => read.has(name))),
  }));
}

function replay(
  { printer, recorder, report }: Story,
  publicApi: PublicApi,
  calls: PredictionCall[],
  told: string,
) {
  printer.step(`Replay ${thousands(calls.length)} rows through the prediction API`);
  return recorder.step('replay', async () => {
    const [first] = calls;
    if (!first) throw new Error('there is no row to replay');
    printer.line(told);
    await untilServed(publicApi, first);
    const { answers, measured } = await replayPredictions(
      publicApi,
      calls,
      printer.every(1000, 'predictions'),
    );
    report.replay = measured;
    report.predictions = answers.slice(0, 20).map((answer) => answer.id);
    const { predictions, requestsPerSecond, p50Ms, p99Ms } = measured;
    printer.line(
      `${thousands(predictions)} predictions, each stored before it was answered: ` +
        `${thousands(requestsPerSecond)} a second, p50 ${p50Ms} ms, p99 ${p99Ms} ms`,
    );
    return { figures: { ...measured }, result: answers };
  });
}

interface Replayed {
  experiment: string;
  outcomes: string;
  calls: PredictionCall[];
  answers: PredictionResponse[];
}

function decide(story: Story, api: ControlApi, publicApi: PublicApi, replayed: Replayed): Promise<void> {
  const { plan, platform, printer, recorder, report } = story;
  const { experiment, outcomes, calls, answers } = replayed;
  const { outcomeOf } = plan;
  printer.step(outcomeOf ? 'Stream the true outcomes and compute the experiment' : 'Compute the experiment');
  return recorder.step('experiment', async () => {
    if (outcomeOf) {
      const records = answers.map((answer, index) => outcomeOf(index, answer));
      await batchesStored(publicApi, await streamRecords(publicApi, outcomes, records));
      printer.line(`${thousands(records.length)} outcomes streamed, and kept in the lake`);
    } else {
      printer.line(
        `these rows show the call; what the model is worth on later rows, its scores above say. The experiment counts what your product does:`,
      );
      printer.line(
        `  stream its outcomes to dataset ${outcomes} (good_outcome 1 or 0, by unit), and the verdict follows`,
      );
    }
    await queuesDrained(platform, ['assignments', 'metrics']);
    const units = new Set(calls.map((call) => call.unit ?? call.entity)).size;
    const results = await waitForResults(api, experiment, units, outcomeOf !== null);
    printResults(results, printer);
    report.experiment = summarizeResults(results);
    return { figures: { ...report.experiment }, result: undefined };
  });
}

function lookBack(
  { printer, recorder, report }: Story,
  api: ControlApi,
  calls: PredictionCall[],
): Promise<void> {
  printer.step('Fetch predictions back by id');
  return recorder.step('predictions', async () => {
    const fetched = await fetchBack(api, report.predictions, printer);
    report.curl = whereToLook(report, controlOrigin(report), calls[0], printer);
    return { figures: { fetched }, result: undefined };
  });
}
