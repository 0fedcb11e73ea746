import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { defaultPorts, type PlatformPorts } from './platform/ports.ts';
import { startPlatform } from './platform/start-platform.ts';

/** `make dev`: the platform up for a person, until Ctrl-C. Data is kept in `.foretell/`. */

const usage = `usage: make dev ARGS="[--data-dir DIR] [--control-port N] [--public-port N] [--aws-port N] [--stand-ins-port N] [--spark-from-rows N]"`;

const write = (line: string) => void process.stdout.write(`${line}\n`);

function readArguments(): { dataDir: string; ports: PlatformPorts; sparkFromRows: number | undefined } {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      'data-dir': text,
      'control-port': text,
      'public-port': text,
      'aws-port': text,
      'stand-ins-port': text,
      'spark-from-rows': text,
    },
  });
  const port = (flag: keyof typeof values, name: keyof PlatformPorts) => {
    const value = Number(values[flag] ?? defaultPorts[name]);
    if (!Number.isInteger(value) || value < 1 || value > 65_535)
      throw new Error(`--${flag} must be a port number, 1 to 65535`);
    return value;
  };
  const rows = values['spark-from-rows'];
  if (rows !== undefined && !/^\d+$/.test(rows))
    throw new Error('--spark-from-rows must be a number of rows');
  return {
    sparkFromRows: rows === undefined ? undefined : Number(rows),
    dataDir: values['data-dir'] ?? '.foretell',
    ports: {
      control: port('control-port', 'control'),
      public: port('public-port', 'public'),
      aws: port('aws-port', 'aws'),
      standIns: port('stand-ins-port', 'standIns'),
    },
  };
}

async function main(): Promise<number> {
  let options;
  try {
    options = readArguments();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
    return 2;
  }
  const stopped = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stopped.abort());
  write('Foretell is starting …');
  let platform;
  try {
    platform = await startPlatform({ ...options, write });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  write(`  dashboard    ${platform.urls.dashboard}`);
  write(`  control API  ${platform.urls.control} (documented at ${platform.urls.control}/docs)`);
  write(`  public API   ${platform.urls.public}`);
  write(`  inbox        ${platform.urls.inbox}`);
  write(`  logs         ${options.dataDir}/logs`);
  write('Ctrl-C stops it; its data stays.');
  if (!stopped.signal.aborted) await once(stopped.signal, 'abort');
  write('Stopping …');
  await platform.stop();
  return 0;
}

process.exit(await main());
