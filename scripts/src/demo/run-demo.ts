import { once } from 'node:events';
import { join } from 'node:path';
import { startPlatform, type Platform, type PlatformPorts } from '@foretell/local/platform';
import type { DemoArguments } from './arguments.ts';
import { printResults, summarizeResults, waitForResults } from './experiment.ts';
import { demoDirectory, flightsPlan, ownPlan, type DemoPlan } from './plan.ts';
import { createPrinter, seconds, thousands, type Printer } from './print.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { replayPredictions, streamRecords, untilServed } from './replay.ts';
import { type DemoReport } from './report.ts';
import { deployWithExperiment, importFile, signUp, trainModel } from './story.ts';
import { fetchBack, whereToLook } from './where-to-look.ts';

export interface DemoContext {
  /** Where the platform keeps its data, and the report is written. */
  root: string;
  /** Aborts when the user wants to stop. */
  signal: AbortSignal;
  write: (line: string) => void;
  ports?: PlatformPorts;
}

/** Runs the main job end to end and returns the exit status: 0 only if every step went well. */
export async function runDemo(options: DemoArguments, context: DemoContext): Promise<number> {
  const printer = createPrinter(context.write);
  const report = emptyReport();
  const recorder = createRecorder(join(context.root, 'demo-report.json'), report, printer);
  let platform: Platform | null = null;
  let ok = false;
  try {
    platform = await recorder.step('platform', 'Start the platform on loopback', () =>
      start(context, report, printer),
    );
    const plan = options.own
      ? await ownPlan(demoDirectory(context.root), options.own, options.replay)
      : await flightsPlan(demoDirectory(context.root), options);
    context.write(`\n   ${plan.title}`);
    await tellStory(plan, report, recorder, printer);
    ok = true;
  } catch (error) {
    context.write(`\n   failed: ${error instanceof Error ? error.message : String(error)}`);
    context.write(`   logs: ${join(context.root, 'logs')}`);
  }
  recorder.finish(ok);
  context.write(
    `\n   ${ok ? 'done' : 'not done'} in ${seconds(Date.parse(report.finishedAt ?? '') - Date.parse(report.startedAt))}; report: .foretell/demo-report.json`,
  );
  if (platform && ok && !options.exit && !context.signal.aborted) {
    context.write(
      '   the platform stays up: press Ctrl-C to stop it (make dev starts it again, with all its data)',
    );
    await once(context.signal, 'abort');
  }
  if (platform) await platform.stop();
  return ok ? 0 : 1;
}

async function start(context: DemoContext, report: DemoReport, printer: Printer) {
  const platform = await startPlatform({
    dataDir: context.root,
    write: (line) => printer.line(line),
    ...(context.ports ? { ports: context.ports } : {}),
  });
  report.urls = platform.urls;
  printer.line(
    `dashboard ${platform.urls.dashboard}, control API ${platform.urls.control}, public API ${platform.urls.public}`,
  );
  return { figures: { urls: platform.urls }, result: platform };
}

async function tellStory(
  plan: DemoPlan,
  report: DemoReport,
  recorder: Recorder,
  printer: Printer,
): Promise<void> {
  const control = report.urls.control.replace(/\/api\/?$/, '');
  const { api, apiKey } = await recorder.step(
    'sign-up',
    'Sign a workspace up and make an API key',
    async () => {
      const result = await signUp(control, printer);
      Object.assign(report, { token: result.token, workspace: result.workspace, apiKey: result.apiKey });
      return { figures: { workspace: result.workspace }, result };
    },
  );
  const dataset = await recorder.step('import', `Import ${plan.datasetName}`, async () => {
    const result = await importFile(api, plan.file, plan.datasetName, plan.question.time, printer);
    const { n, rows, columns, bytes } = result.featureSet;
    Object.assign(report, { dataset: result.dataset, featureSet: n, data: { rows, columns } });
    return { figures: { rows, columns, bytes }, result: result.dataset };
  });
  const { model, version } = await recorder.step('train', `Build the model: ${plan.modelName}`, async () => {
    const result = await trainModel(api, plan.modelName, { ...plan.question, dataset }, printer);
    const { rows, scores, baseline } = result.version.metrics;
    report.model = result.model.id;
    report.version = result.version.n;
    report.training = { rows, metrics: scores, baseline };
    return { figures: { rows, scores, baseline, rounds: result.version.metrics.rounds }, result };
  });
  const deployed = await recorder.step(
    'deploy',
    'Deploy it with the A/B test on: 50 % model, 50 % random',
    async () => {
      const result = await deployWithExperiment(api, model.id, version.n, plan.outcome);
      printer.line(`experiment ${result.experiment}; outcomes are streamed to dataset ${result.outcomes}`);
      return { figures: { ...result }, result };
    },
  );

  const publicApi = { origin: report.urls.public, apiKey };
  const columns = new Set(
    model.recipe.features.flatMap((feature) => (feature.kind === 'column' ? [feature.column] : [])),
  );
  const calls = plan.calls.map((call) => ({
    ...call,
    model: model.id,
    features: Object.fromEntries(
      Object.entries(call.features).filter(([name]) => columns.has(name) || name === model.recipe.time),
    ),
  }));
  const answers = await recorder.step(
    'replay',
    `Replay ${thousands(calls.length)} rows through the prediction API`,
    async () => {
      const [first] = calls;
      if (!first) throw new Error('there is no row to replay');
      await untilServed(publicApi, first);
      const { answers, measured } = await replayPredictions(publicApi, calls, () => undefined);
      report.replay = measured;
      report.predictions = answers.slice(0, 20).map((answer) => answer.id);
      printer.line(
        `${thousands(measured.predictions)} predictions, each stored before it was answered: ${thousands(measured.requestsPerSecond)} a second, p50 ${measured.p50Ms} ms, p99 ${measured.p99Ms} ms`,
      );
      return { figures: { ...measured }, result: answers };
    },
  );
  await recorder.step(
    'experiment',
    plan.outcomeOf ? 'Stream the true outcomes and compute the experiment' : 'Compute the experiment',
    async () => {
      const { outcomeOf } = plan;
      if (outcomeOf) {
        const accepted = await streamRecords(
          publicApi,
          deployed.outcomes,
          answers.map((answer, index) => outcomeOf(index, answer)),
        );
        printer.line(`${thousands(accepted)} outcomes accepted`);
      } else {
        printer.line(
          'the true outcomes of your rows are not known here: stream them to the outcomes dataset and the verdict follows',
        );
      }
      const results = await waitForResults(
        api,
        deployed.experiment,
        new Set(calls.map((call) => call.unit ?? call.entity)).size,
        outcomeOf !== null,
      );
      printResults(results, printer);
      report.experiment = summarizeResults(results);
      return { figures: { ...report.experiment }, result: results };
    },
  );
  await recorder.step('predictions', 'Fetch predictions back by id', async () => {
    const fetched = await fetchBack(api, report.predictions, printer);
    report.curl = whereToLook(report, calls[0], printer);
    return { figures: { fetched }, result: null };
  });
}

function emptyReport(): DemoReport {
  return {
    ok: false,
    startedAt: new Date().toISOString(),
    finishedAt: null,
    urls: { dashboard: '', control: '', public: '' },
    token: null,
    apiKey: null,
    workspace: null,
    dataset: null,
    featureSet: null,
    model: null,
    version: null,
    steps: [],
    data: null,
    training: null,
    replay: null,
    experiment: null,
    predictions: [],
    curl: null,
  };
}
