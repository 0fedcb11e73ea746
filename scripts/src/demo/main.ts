import { resolve } from 'node:path';
import { parseDemoArguments, usage } from './arguments.ts';
import { runDemo } from './run-demo.ts';

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
  const stopped = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopped.abort());
  return runDemo(options, {
    root: resolve('.foretell'),
    signal: stopped.signal,
    write: (line) => process.stdout.write(`${line}\n`),
  });
}

process.exit(await main());
