import { resolve } from 'node:path';
import { parseDemoArguments, usage } from './arguments.ts';
import { checkOwnFile } from './check-own-file.ts';
import { runDemo } from './run-demo.ts';

/**
 * GNU make that is terminated dies by the signal once its recipe has ended, and whoever waits for an exit code
 * never sees one. Told to quit, it exits with a code.
 */
function endMake(): void {
  const make = Number(process.env['MAKE_PID'] ?? 0);
  if (make > 1) process.kill(make, 'SIGQUIT');
}

async function main(): Promise<number> {
  let options;
  try {
    options = parseDemoArguments(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}\n`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
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
