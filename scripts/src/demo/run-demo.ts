import { once } from 'node:events';
import { join } from 'node:path';
import { startPlatform, type Platform, type PlatformPorts } from '@foretell/local/platform';
import type { DemoArguments } from './arguments.ts';
import { demoDirectory, flightsPlan, ownPlan } from './plan.ts';
import { createPrinter, seconds, type Printer } from './print.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { emptyReport, type DemoReport } from './report.ts';
import { tellStory } from './tell-story.ts';

export interface DemoContext {
  /** Where the platform keeps its data, and the report is written. */
  root: string;
  /** Aborts when the user wants to stop. */
  signal: AbortSignal;
  write: (line: string) => void;
  ports?: PlatformPorts;
}

/** The demo asks for looks itself; the schedule would only add some in between. */
const lookEveryMs = 10 * 60_000;

/** Runs the main job end to end and returns the exit status: 0 only if every step went well. */
export async function runDemo(options: DemoArguments, context: DemoContext): Promise<number> {
  const { root, write, signal } = context;
  const printer = createPrinter(write);
  const report = emptyReport();
  const recorder = createRecorder(join(root, 'demo-report.json'), report);
  let platform: Platform | null = null;
  signal.addEventListener('abort', () =>
    write('\n   stopping: what was taken is finished first (some ten seconds) …'),
  );
  let ok = false;
  try {
    platform = await start(context, report, recorder, printer);
    await unlessStopped(signal, runOn(platform, options, context, { report, recorder, printer }));
    ok = true;
  } catch (error) {
    write(`\n   failed: ${error instanceof Error ? error.message : String(error)}`);
    write(`   the services' logs: ${join(root, 'logs')}`);
  }
  recorder.finish(ok);
  const took = Date.parse(report.finishedAt ?? '') - Date.parse(report.startedAt);
  write(
    `\n   ${ok ? 'done' : 'not done'} in ${seconds(took)}; every figure is in ${join(root, 'demo-report.json')}`,
  );
  if (platform && ok && !options.exit && !signal.aborted) {
    write('   the platform stays up: Ctrl-C stops it, make dev starts it again with all its data');
    await once(signal, 'abort');
  }
  await platform?.stop();
  return ok ? 0 : 1;
}

/** Leaves `work` where it is once the user wants to stop: the platform is stopped under it. */
async function unlessStopped(signal: AbortSignal, work: Promise<void>): Promise<void> {
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(new Error('stopped before it was done'));
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  try {
    await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function start(
  context: DemoContext,
  report: DemoReport,
  recorder: Recorder,
  printer: Printer,
): Promise<Platform> {
  const { root, ports } = context;
  printer.step('Start the platform on loopback');
  return recorder.step('platform', async () => {
    const options = { dataDir: root, lookEveryMs, write: printer.line };
    const platform = await startPlatform(ports ? { ...options, ports } : options);
    report.urls = platform.urls;
    printer.line(`dashboard and control API ${platform.urls.dashboard}, public API ${platform.urls.public}`);
    return { figures: { ...platform.urls }, result: platform };
  });
}

interface Telling {
  report: DemoReport;
  recorder: Recorder;
  printer: Printer;
}

async function runOn(
  platform: Platform,
  options: DemoArguments,
  context: DemoContext,
  telling: Telling,
): Promise<void> {
  const directory = demoDirectory(context.root);
  const plan = options.own ? ownPlan(options.own, options.replay) : await flightsPlan(directory, options);
  context.write(`\n   ${plan.title}`);
  await tellStory({ plan, platform, ...telling });
}
