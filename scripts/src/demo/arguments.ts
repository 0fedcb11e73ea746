import { parseArgs } from 'node:util';
import type { Comparison } from '@foretell/core/contracts/condition';

/** What to predict of the user's own file. */
export interface OwnData {
  file: string;
  label: { column: string; op?: Comparison['op']; value?: string | number | boolean };
  entity: string;
  time: string;
  knownAfterDays: Record<string, number>;
  exclude: string[];
}

export interface DemoArguments {
  exit: boolean;
  own: OwnData | null;
  /** How many held-out flights are replayed. */
  replay: number;
  /** Rows of the flights data that are imported: the newest before the held-out day. Null: all of them. */
  rows: number | null;
  help: boolean;
}

export const usage = `make demo ARGS="…"
  --exit                    stop the platform when the demo is done
  --replay N                held-out flights sent through the prediction API (default 6000)
  --rows N                  import only the newest N flights before the held-out day (default: all)
your own file instead of the flights:
  --data FILE               CSV, JSON lines (or a JSON array) or Parquet
  --label COLUMN            what to predict; or a comparison, quoted: --label 'amount > 100'
  --entity COLUMN           whose history helps to predict it: a customer, a shop, an airport
  --time COLUMN             when the row happened
  --known-after COLUMN=DAYS a column (the label's, too) that is known only so long after the row's time; may be repeated
  --exclude COLUMN          a column not known at prediction time; may be repeated
for example (a comparison within single quotes, or the shell takes > for a file):
  make demo ARGS="--data orders.csv --label 'amount > 100' --entity customer --time ordered_at"`;

/** Null when they are wrong: the cause is told, and how the demo is called. Loads no package: none need be there yet. */
export function readDemoArguments(argv: string[]): DemoArguments | null {
  try {
    return parseDemoArguments(argv);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}\n`);
    return null;
  }
}

export function parseDemoArguments(argv: string[]): DemoArguments {
  const { values } = parseArgs({
    args: argv,
    options: {
      exit: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      replay: { type: 'string', default: '6000' },
      rows: { type: 'string' },
      data: { type: 'string' },
      label: { type: 'string' },
      entity: { type: 'string' },
      time: { type: 'string' },
      'known-after': { type: 'string', multiple: true, default: [] },
      exclude: { type: 'string', multiple: true, default: [] },
    },
  });
  return {
    exit: values.exit,
    help: values.help,
    replay: wholeNumber('--replay', values.replay, 1),
    rows: values.rows === undefined ? null : wholeNumber('--rows', values.rows, 1000),
    own: values.data === undefined ? refuseStray(values) : ownData(values.data, values),
  };
}

function wholeNumber(flag: string, text: string, least: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least)
    throw new Error(`${flag}: a whole number of at least ${least}, not "${text}"`);
  return number;
}

interface OwnFlags {
  label?: string | undefined;
  entity?: string | undefined;
  time?: string | undefined;
  'known-after': string[];
  exclude: string[];
}

function refuseStray(values: OwnFlags): null {
  for (const flag of ['label', 'entity', 'time'] as const) {
    if (values[flag] !== undefined) throw new Error(`--${flag} goes with --data FILE`);
  }
  return null;
}

function ownData(file: string, values: OwnFlags): OwnData {
  const { label, entity, time } = values;
  if (label === undefined || entity === undefined || time === undefined) {
    throw new Error('--data FILE needs --label COLUMN, --entity COLUMN and --time COLUMN');
  }
  return {
    file,
    label: parseLabel(label),
    entity,
    time,
    knownAfterDays: Object.fromEntries(values['known-after'].map(parseKnownAfter)),
    exclude: values.exclude,
  };
}

const operators = ['>=', '<=', '>', '<', '='] as const satisfies Comparison['op'][];

/** `delay` is the column as it is; `delay > 15` whether it compares so. */
export function parseLabel(text: string): OwnData['label'] {
  const match = /^(?<column>.+?)\s+(?<op>>=|<=|>|<|=)\s+(?<value>.+)$/.exec(text);
  if (!match?.groups) return { column: text };
  const { column = '', value = '' } = match.groups;
  const op = operators.find((each) => each === match.groups?.['op']);
  return op === undefined ? { column: text } : { column, op, value: parseScalar(value) };
}

function parseScalar(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

function parseKnownAfter(text: string): [string, number] {
  const at = text.lastIndexOf('=');
  const days = Number(text.slice(at + 1));
  if (at < 1 || !Number.isFinite(days) || days < 0)
    throw new Error(`--known-after: COLUMN=DAYS, not "${text}"`);
  return [text.slice(0, at), days];
}
