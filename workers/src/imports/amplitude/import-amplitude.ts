import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportChunkRow } from '@foretell/backend/db/sources';
import { amplitudeCredentials, type AmplitudeSettings } from '@foretell/core/contracts/sources';
import { newId } from '@foretell/core/node/new-id';
import type { RunningJob } from '../../jobs/run-job.ts';
import type { ImportDeps, SourcePayload } from '../import-deps.ts';
import { importProblem } from '../import-problem.ts';
import type { KeptChunk } from '../source-store.ts';
import { putChunk } from '../rows/chunk.ts';
import { createRowStager } from '../rows/row-stager.ts';
import { eventCells, eventIdColumn, parseEvent } from './event-cells.ts';
import { createExportClient, type ExportClient } from './export-client.ts';
import { hourOf, missingWindows, timeOf, type Window } from './hours.ts';
import { readArchive } from './read-archive.ts';

interface AmplitudeImport {
  dataset: string;
  /** Since when, ISO in UTC. */
  from: string;
  secretRef: string;
  settings: AmplitudeSettings;
  payload: SourcePayload;
}

type Brought =
  | { kind: 'unfinished'; windowHours: number }
  | { kind: 'complete'; idColumn: string; chunks: readonly KeptChunk[] };

/** Events of an hour can be exported so long after its end. */
const delayHours = 2;
/** A day at once, as long as Amplitude's answers allow. */
const firstWindowHours = 24;
/** The share of a job's progress that bringing the events is. */
const [progressFrom, progressTo] = [0.02, 0.6];

const urlOf = (settings: AmplitudeSettings) =>
  'url' in settings
    ? settings.url
    : settings.region === 'eu'
      ? 'https://analytics.eu.amplitude.com'
      : 'https://amplitude.com';

/**
 * Brings what is missing of the source's hours, window by window, each kept for good before the next: a worker that dies
 * loses one. A window that Amplitude finds too large is halved, down to an hour.
 */
export async function importAmplitude(
  deps: ImportDeps,
  { dataset, from, secretRef, settings, payload }: AmplitudeImport,
  job: RunningJob,
): Promise<Brought> {
  const { store, readSecret, egress, sliceMs } = deps.sources;
  const client = createExportClient({
    egress,
    url: urlOf(settings),
    credentials: await readSecret(secretRef, amplitudeCredentials),
  });
  const range = { from: hourOf(payload.from ?? from), to: hourOf(payload.until) - delayHours };
  // Hours asked for again are only done once this very job has brought them.
  const doneBy = payload.from === undefined ? undefined : job.id;
  const started = performance.now();
  let kept = 0;
  let hours = payload.windowHours ?? firstWindowHours;
  for (;;) {
    const done = await store.chunks(dataset, doneBy);
    const windows = done.map(({ fromHour, toHour }) => ({ from: fromHour, to: toHour }));
    const [next, ...others] = missingWindows(range, windows);
    const left = [next, ...others].reduce((sum, window) => sum + (window ? window.to - window.from : 0), 0);
    const share = 1 - left / Math.max(1, range.to - range.from);
    await job.report('bring', progressFrom + share * (progressTo - progressFrom), {
      hours: range.to - range.from - left,
      ofHours: range.to - range.from,
      rows: done.reduce((sum, { rows }) => sum + rows, 0),
    });
    if (!next) break;
    if (kept > 0 && performance.now() - started > sliceMs) return { kind: 'unfinished', windowHours: hours };
    const window = { from: next.from, to: Math.min(next.to, next.from + hours) };
    const brought = await bringWindow(deps, client, window, dataset, job);
    if (brought) {
      await store.addChunk(brought);
      kept++;
    } else hours = halved(window);
  }
  return { kind: 'complete', idColumn: eventIdColumn, chunks: await store.newChunks(dataset) };
}

function halved({ from, to }: Window): number {
  if (to - from > 1) return Math.ceil((to - from) / 2);
  throw importProblem(
    'hour_too_large',
    `Amplitude does not export the hour from ${timeOf(from)}: even one hour is too large for its Export API. Begin later, or import the project's export to S3 as files.`,
    { field: 'from' },
  );
}

/** The events of a window, in the lake; null when it is too large to be exported at once. */
async function bringWindow(
  { lake }: ImportDeps,
  client: ExportClient,
  window: Window,
  dataset: string,
  job: RunningJob,
): Promise<ImportChunkRow | null> {
  const dir = join(job.dir, `hours-${window.from}`);
  await mkdir(dir, { recursive: true });
  try {
    const archive = join(dir, 'export.zip');
    const exported = await client.download(window, archive, job.signal);
    if (exported === 'too_large') return null;
    const row: ImportChunkRow = {
      id: newId(),
      workspace: job.workspace,
      dataset,
      job: job.id,
      fromHour: window.from,
      toHour: window.to,
      upTo: null,
      manifestKey: null,
      rows: 0,
      featureSet: null,
      createdAt: new Date().toISOString(),
    };
    if (exported === 'no_data') return row;
    const name = timeOf(window.from).slice(0, 13);
    const kept = await putChunk(lake, row, name, await stageEvents(archive, dir, job));
    return { ...row, ...kept };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function stageEvents(archive: string, dir: string, { signal, logger }: RunningJob) {
  const stager = createRowStager(dir);
  let unreadable = 0;
  for await (const lines of readArchive(archive)) {
    signal.throwIfAborted();
    for (const line of lines) {
      if (line.trim() === '') continue;
      const event = parseEvent(line);
      if (event) await stager.add((sink) => eventCells(event, line, sink));
      else unreadable++;
    }
  }
  if (unreadable > 0) logger.warn({ unreadable }, 'lines of an export are no events');
  return stager.finish();
}
