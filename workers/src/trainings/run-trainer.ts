import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { DomainError } from '@foretell/core/domain/errors';
import { z } from 'zod';

export interface TrainerOptions {
  /** The interpreter of the venv with LightGBM. */
  python: string;
  threads: number;
  /** Address space of the process, most of it mapped libraries. */
  memoryMb: number;
  timeoutMs: number;
}

export interface TrainerJob {
  parameters: Record<string, string | number | boolean>;
  /** At most so many rounds; fewer when validation has not improved for `patience` rounds. */
  rounds: number;
  patience: number;
  inputs: number;
  categorical: number[];
  rows: { train: number; validation: number; check: number };
}

const round = z.object({ round: z.int(), train: z.number(), validation: z.number() });
export type Round = z.output<typeof round>;

const trainerResult = z.object({ rounds: z.int(), version: z.string(), raw: z.array(z.array(z.number())) });

export interface Trained extends z.output<typeof trainerResult> {
  model: string;
}

const script = fileURLToPath(new URL('../../python/train.py', import.meta.url));
const logTail = 20;

/** Runs LightGBM on the files in `dir`, in a process of its own: its crash is a failed job, not a dead worker. */
export async function runTrainer(
  options: TrainerOptions,
  dir: string,
  job: TrainerJob,
  signal: AbortSignal,
  onRound: (round: Round) => void,
): Promise<Trained> {
  const { python, memoryMb, threads, timeoutMs } = options;
  await writeFile(join(dir, 'job.json'), JSON.stringify({ ...job, memoryMb }));
  const limit = AbortSignal.timeout(timeoutMs);
  const child = spawn(python, [script, dir], {
    // Passive: threads that spin while they wait cost five times the CPU on a busy machine.
    env: { OMP_NUM_THREADS: String(threads), OMP_WAIT_POLICY: 'PASSIVE', PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.any([signal, limit]),
    killSignal: 'SIGKILL',
  });
  const log: string[] = [];
  const keep = (line: string) => {
    log.push(line);
    if (log.length > logTail) log.shift();
  };
  createInterface(child.stderr).on('line', keep);
  createInterface(child.stdout).on('line', (line) => {
    const parsed = line.startsWith('{') ? round.safeParse(JSON.parse(line)) : null;
    if (parsed?.success) onRound(parsed.data);
    else keep(line);
  });
  const [code, killed] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    // An aborted child is killed and closes all the same.
    child.on('error', (error) => {
      if (error.name !== 'AbortError') reject(error);
    });
    child.on('close', (status, by) => resolve([status, by]));
  });
  signal.throwIfAborted();
  if (code !== 0)
    throw failed(
      limit.aborted ? `took longer than ${timeoutMs / 60_000} minutes` : (killed ?? `status ${code ?? '?'}`),
      log,
    );
  const result = trainerResult.parse(JSON.parse(await readFile(join(dir, 'result.json'), 'utf8')));
  return { ...result, model: await readFile(join(dir, 'model.txt'), 'utf8') };
}

function failed(why: string, log: readonly string[]): DomainError {
  const memory =
    why === 'SIGKILL' || log.some((line) => /MemoryError|bad_alloc|Unable to allocate/.test(line));
  const detail = memory
    ? `The trainer ran out of memory (${why}). Use fewer features or a smaller sample.`
    : `The trainer stopped (${why}): ${log.at(-1) ?? 'it said nothing'}`;
  return new DomainError('invalid', detail, {
    problems: [{ field: 'training', code: memory ? 'out_of_memory' : 'trainer_failed', detail }],
    cause: log.join('\n'),
  });
}
