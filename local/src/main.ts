import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { defaultPorts, type PlatformPorts } from './platform/ports.ts';

/** `make dev`: the platform up for a person, until Ctrl-C. Data is kept in `.foretell/`. */

const usage = `make dev ARGS="…"
  --data-dir DIR            where everything is kept (default .foretell)
  --control-port N          dashboard and control API (default ${defaultPorts.control})
  --public-port N           public API (default ${defaultPorts.public})
  --aws-port N              the local AWS (default ${defaultPorts.aws})
  --stand-ins-port N        Redshift, Lambda, EMR and the inbox (default ${defaultPorts.standIns})
  --spark-from-rows N       work on feature sets of so many rows or more by Spark (which make test installs)`;

const write = (line: string) => void process.stdout.write(`${line}\n`);

function readArguments(): {
  help: boolean;
  dataDir: string;
  ports: PlatformPorts;
  sparkFromRows: number | undefined;
} {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      'data-dir': text,
      'control-port': text,
      'public-port': text,
      'aws-port': text,
      'stand-ins-port': text,
      'spark-from-rows': text,
    },
  });
  const port = (flag: Exclude<keyof typeof values, 'help'>, name: keyof PlatformPorts) => {
    const value = Number(values[flag] ?? defaultPorts[name]);
    if (!Number.isInteger(value) || value < 1 || value > 65_535)
      throw new Error(`--${flag} must be a port number, 1 to 65535`);
    return value;
  };
  const rows = values['spark-from-rows'];
  if (rows !== undefined && !/^\d+$/.test(rows))
    throw new Error('--spark-from-rows must be a number of rows');
  return {
    help: values.help,
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
  if (options.help) {
    write(usage);
    return 0;
  }
  const stopped = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stopped.abort());
  write('Foretell is starting …');
  let platform;
  try {
    const { startPlatform } = await import('./platform/start-platform.ts');
    platform = await startPlatform({ ...options, write });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  write(`  dashboard    ${platform.urls.dashboard}`);
  write(`  control API  ${platform.urls.control} (documented at ${platform.urls.control}/docs)`);
  write(`  public API   ${platform.urls.public} (documented at ${platform.urls.public}/v1/docs)`);
  write(`  inbox        ${platform.urls.inbox}`);
  write(`  logs         ${options.dataDir}/logs`);
  write('Ctrl-C stops it; its data stays.');
  if (!stopped.signal.aborted) await once(stopped.signal, 'abort');
  write('Stopping …');
  await platform.stop();
  return 0;
}

process.exit(await main());
