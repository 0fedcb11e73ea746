import type { Job } from '@foretell/core/contracts/control-api/jobs';
import { formatBytes, formatNumber } from '../../format/numbers.ts';
import { formatDuration, formatTime } from '../../format/times.ts';

export interface JobStep {
  title: string;
  /** Each as it is read: "6,000 rows", "1.5 s". */
  figures: string[];
  state: 'done' | 'running' | 'stopped';
}

/** What a worker calls a step, as a person reads it. */
const titles: Record<string, string> = {
  read: 'Reading the file',
  bring: 'Bringing the rows',
  merge: 'Putting them to what there is',
  'nothing new': 'Nothing new',
  type: 'Telling the columns’ types',
  write: 'Storing it as a feature set',
  sample: 'Drawing a sample, profiling the columns',
  'read data': 'Reading the data',
  'training set': 'Building the training set',
  train: 'Learning',
  evaluate: 'Judging it on later rows',
  'online features': 'Making the past ready for fast lookup',
  features: 'Computing the features',
  predict: 'Predicting',
};

export const stepTitle = (step: string) => titles[step] ?? step;

/** "trainRows" and "train_rows" read "train rows". */
function wordsOf(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .toLowerCase();
}

/** Of one alone: "files" is "file", "entities" "entity", "classes" "class". */
const singular = (words: string) =>
  words
    .replace(/ies$/, 'y')
    .replace(/(ss|x|ch|sh)es$/, '$1')
    .replace(/(?<!s)s$/, '');

/** Where in the data it failed, if at a place of it; what else is at fault, the failure's words say. */
export const failureTitle = (field: string | null) =>
  field !== null && /^(byte|line|row) \d+$/.test(field) ? `It failed at ${field}` : 'It failed';

function figureWords(name: string, value: unknown): string[] {
  if (typeof value === 'number') {
    if (name === 'bytes') return [formatBytes(value)];
    if (name === 'seconds') return [formatDuration(value * 1000)];
    if (/Seconds$/.test(name)) {
      return [`${wordsOf(name.replace(/Seconds$/, ''))}: ${formatDuration(value * 1000)}`];
    }
    return [
      Number.isInteger(value)
        ? `${formatNumber(value)} ${value === 1 ? singular(wordsOf(name)) : wordsOf(name)}`
        : `${wordsOf(name)} ${formatNumber(value)}`,
    ];
  }
  return typeof value === 'string' || typeof value === 'boolean' ? [`${wordsOf(name)}: ${value}`] : [];
}

/** What a job that succeeded without a result has to say; null for every other. */
export function whyNoResult({
  figures,
  step,
  status,
}: Pick<Job, 'figures' | 'step' | 'status'>): string | null {
  const said = figures[step];
  if (status !== 'succeeded' || step !== 'nothing new' || typeof said !== 'object' || said === null)
    return null;
  const since = 'since' in said && typeof said.since === 'string' ? ` since ${formatTime(said.since)}` : '';
  return `Nothing new${since}: the source holds no row that is not imported already.`;
}

/** The steps a job has come through, each with its own real figures; series are left to the plots. */
export function jobSteps({ figures, step, status }: Pick<Job, 'figures' | 'step' | 'status'>): JobStep[] {
  const names = Object.keys(figures).filter((name) => typeof figures[name] === 'object');
  if (step !== '' && status !== 'queued' && !names.includes(step)) names.push(step);
  return names.map((name) => ({
    title: stepTitle(name),
    figures: Object.entries(figures[name] ?? {}).flatMap(([figure, value]) => figureWords(figure, value)),
    state: name !== step || status === 'succeeded' ? 'done' : status === 'running' ? 'running' : 'stopped',
  }));
}
