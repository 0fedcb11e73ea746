import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { colours, targetGroupName } from '@foretell/core/contracts/release-names';
import { dashboardDomain } from '@foretell/infra/names';
import { environments } from '@foretell/infra/environments';
import { missingEngine, startEngine } from '@foretell/local/containers/engine';
import { commitWith } from './commits.ts';
import { startLocalCloud, type LocalCloud } from './start-local-cloud.ts';
import { watchAnswers } from './watch-answers.ts';

/** `make deploy-local`: staging and production on this machine, two releases and a rollback by the release tool itself. */
const { values } = parseArgs({
  options: {
    /** Ends when the releases are done; otherwise everything stays up until Ctrl-C. */
    exit: { type: 'boolean', default: false },
    'data-dir': { type: 'string', default: '.foretell/cloud' },
    /** How much of AWS's own time passes: 1 is all of it. */
    pace: { type: 'string', default: '0.1' },
  },
});

const tool = fileURLToPath(new URL('../main.ts', import.meta.url));

/** The tool's arguments as an operator gives them to make. */
function asTyped([verb = '', ...args]: readonly string[]): string {
  const environment = args[0] !== undefined && args[0] in environments ? [`ENV=${args.shift() ?? ''}`] : [];
  return ['make', verb, ...environment, ...(args.length > 0 ? [`ARGS="${args.join(' ')}"`] : [])].join(' ');
}

async function release(local: LocalCloud, ...args: string[]): Promise<void> {
  console.log(`\n$ ${asTyped(args)}`);
  const child = spawn(process.execPath, ['--disable-warning=DEP0044', tool, ...args], {
    env: { ...process.env, ...local.toolEnvironment, FORETELL_POLL_SECONDS: '0.5' },
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${args[0] ?? ''} ended with ${String(code)}`);
}

/** A rollback while the dashboard is asked all the time: what nobody notices has to be counted. */
async function rollBackWatched(local: LocalCloud): Promise<void> {
  const host = dashboardDomain(environments.production);
  const { answers } = local.cloud;
  const { short } = environments.production;
  const groups = colours.map((colour) => targetGroupName(short, 'backend', colour));
  const origin = local.urlOf(host);
  const watch = watchAnswers({ origin, host, path: '/healthz', perSecond: 20, answers, groups });
  await release(local, 'rollback', 'production', '--yes');
  console.log(await watch.stop());
}

async function tellStory(local: LocalCloud): Promise<void> {
  const bake = ['--bake-seconds', '10'];
  for (const commit of [commitWith('A build'), commitWith('The next build')]) {
    await release(local, 'build', '--commit', commit);
    await release(local, 'push', 'staging', '--commit', commit);
    await release(local, 'deploy-staging', '--commit', commit, ...bake);
    await release(local, 'promote', '--yes', ...bake);
  }
  await rollBackWatched(local);
  await release(local, 'status');
}

function tellWhereToGo(local: LocalCloud, file: string): void {
  const host = dashboardDomain(environments.production);
  const variables = Object.entries({ ...local.toolEnvironment, FORETELL_POLL_SECONDS: '0.5' });
  writeFileSync(file, variables.map(([name, value]) => `export ${name}='${value}'\n`).join(''));
  console.log(`
Staging and production run on this machine. In another terminal:
  source ${file}
  make status
  make rollback ENV=production ARGS=--yes
  curl -H 'host: ${host}' ${local.urlOf(host)}/healthz
Ctrl-C stops all of it.`);
}

const missing = await missingEngine();
if (missing !== null) {
  console.error(`make deploy-local needs Docker: ${missing}.`);
  process.exit(1);
}
const dataDir = resolve(values['data-dir']);
rmSync(dataDir, { recursive: true, force: true });
mkdirSync(dataDir, { recursive: true });
const engine = await startEngine(dataDir);
const local = await startLocalCloud({ dataDir, pace: Number(values.pace) });
const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
try {
  await Promise.race([tellStory(local), stopped]);
  if (!values.exit) {
    tellWhereToGo(local, join(dataDir, 'tool.env'));
    await stopped;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await local.stop();
  await engine.stop();
}
