import { resolve } from 'node:path';
import { readDemoArguments, usage } from './arguments.ts';

/**
 * GNU make that is terminated dies by the signal once its recipe has ended, and whoever waits for an exit code
 * never sees one. Told to quit, it exits with a code.
 */
function endMake(): void {
  const make = Number(process.env['MAKE_PID'] ?? 0);
  if (make > 1) process.kill(make, 'SIGQUIT');
}

async function main(): Promise<number> {
  const options = readDemoArguments(process.argv.slice(2));
  if (!options) return 2;
  if (options.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  // Loaded only now: how the demo is called can be asked before its packages are there.
  const [{ checkOwnFile }, { runDemo }] = await Promise.all([
    import('./check-own-file.ts'),
    import('./run-demo.ts'),
  ]);
  try {
    if (options.own) await checkOwnFile(options.own);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  const stopped = new AbortController();
  process.on('SIGINT', () => stopped.abort());
  process.on('SIGTERM', () => {
    stopped.abort();
    process.on('exit', endMake);
  });
  return runDemo(options, {
    root: resolve('.foretell'),
    signal: stopped.signal,
    write: (line) => process.stdout.write(`${line}\n`),
  });
}

process.exit(await main());
