import { createInterface } from 'node:readline/promises';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { environmentNamed } from '@foretell/infra/environment-rules';
import { environments, type EnvironmentName } from '@foretell/infra/environments';
import { newId } from '@foretell/core/node/new-id';
import { createAws } from './aws-calls.ts';
import { exitCodes, ReleaseError, type EndCode } from './errors.ts';
import { liveProgress, plainProgress } from './progress.ts';
import { verbResult, type VerbResult } from './result.ts';
import { operatorOf, sleepOf, type Session } from './session.ts';
import { askOverHttp } from './ask-over-http.ts';
import { targetOf } from './target.ts';
import { withoutCredentials } from './without-credentials.ts';

/** Options that every verb has. */
const commonOptions = {
  /** Lists the calls, and makes none that changes anything. */
  'dry-run': { type: 'boolean', default: false },
  /** One JSON document on stdout; what goes on is told on stderr. */
  json: { type: 'boolean', default: false },
  /** Nobody is asked. */
  yes: { type: 'boolean', default: false },
  /** How long the alarms are watched once traffic has moved. */
  'bake-seconds': { type: 'string', default: '300' },
  /** How long is waited for tasks, targets and migrations, each. */
  'wait-seconds': { type: 'string', default: '900' },
  /** Between two looks while waiting. */
  'poll-seconds': { type: 'string' },
} as const satisfies ParseArgsOptionsConfig;

export interface VerbCall {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
  readonly bakeSeconds: number;
  readonly dryRun: boolean;
  /** A session with an environment; closed when the verb ends. */
  readonly open: (environment: EnvironmentName) => Session;
  /** Ends the verb unless the environment's name is typed, or `--yes` was given. */
  readonly confirm: (environment: EnvironmentName, what: string) => Promise<void>;
}

export type VerbAnswer = Pick<VerbResult, 'message'> & Partial<VerbResult> & { readonly code?: EndCode };

interface Verb {
  readonly name: string;
  readonly options?: ParseArgsOptionsConfig;
  readonly run: (call: VerbCall) => Promise<VerbAnswer>;
}

function secondsOf(name: string, text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds >= 0))
    throw new ReleaseError('usage', `--${name}: "${text}" is no number of seconds`);
  return seconds;
}

/** The environment a verb is told, or an error that says which there are. */
export function environmentOf(call: VerbCall): EnvironmentName {
  try {
    return environmentNamed(environments, call.positionals[0]).name;
  } catch (error) {
    throw new ReleaseError('usage', error instanceof Error ? error.message : String(error));
  }
}

function parse(args: readonly string[], options: ParseArgsOptionsConfig) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { ...options, ...commonOptions } });
  } catch (error) {
    throw new ReleaseError('usage', error instanceof Error ? error.message : String(error));
  }
}

async function confirm(environment: EnvironmentName, what: string, yes: boolean): Promise<void> {
  if (yes || environment !== 'production') return;
  if (!process.stdin.isTTY)
    throw new ReleaseError('usage', `${what}: say --yes, since nobody can be asked here`);
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const typed = await asked.question(`${what}\nType ${environment} to go on: `);
    if (typed.trim() !== environment)
      throw new ReleaseError('refused', `"${typed}" was typed: nothing is changed`);
  } finally {
    asked.close();
  }
}

/** Runs a verb: arguments in, an exit status out, whatever happens told in one line or one document. */
export async function runVerb(
  { name, options = {}, run }: Verb,
  args: readonly string[],
  variables: NodeJS.ProcessEnv,
): Promise<number> {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const closers: (() => void)[] = [];
  const json = args.includes('--json');
  const now = () => new Date();
  const finish = (result: VerbResult): number => {
    if (json) console.log(JSON.stringify(verbResult.parse(result), null, 2));
    else if (result.ok) console.log(result.message);
    else console.error(result.message);
    return result.exitCode;
  };
  try {
    const { values, positionals } = parse(args, options);
    const seconds = (option: 'bake-seconds' | 'wait-seconds') => secondsOf(option, values[option]);
    const poll = values['poll-seconds'] ?? variables['FORETELL_POLL_SECONDS'] ?? '3';
    const [pollMs, patienceMs] = [secondsOf('poll-seconds', poll) * 1000, seconds('wait-seconds') * 1000];
    const progress = process.stderr.isTTY ? liveProgress(process.stderr, now) : plainProgress(process.stderr);
    const answer = await run({
      values,
      positionals,
      bakeSeconds: seconds('bake-seconds'),
      dryRun: values['dry-run'],
      confirm: (environment, what) => confirm(environment, what, values['yes']),
      open(environment) {
        const target = targetOf(environmentNamed(environments, environment));
        const { aws, close } = createAws(target.environment.region);
        closers.push(close);
        const operator = operatorOf(variables);
        const clock = { now, sleep: sleepOf(stop.signal), pollMs, patienceMs, signal: stop.signal };
        return { target, aws, ask: askOverHttp, progress, operator, newId, ...clock };
      },
    });
    const { code = 'done', ...rest } = answer;
    return finish({ verb: name, ok: code === 'done', code, exitCode: exitCodes[code], ...rest });
  } catch (error) {
    const code = error instanceof ReleaseError ? error.code : 'unexpected';
    const message =
      error instanceof Error
        ? code === 'unexpected'
          ? (withoutCredentials(error) ?? `${error.name}: ${error.message}`)
          : error.message
        : String(error);
    return finish({ verb: name, ok: false, code, exitCode: exitCodes[code], message });
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    for (const close of closers) close();
  }
}
