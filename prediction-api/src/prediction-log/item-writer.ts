import { DomainError } from '@foretell/core/domain/errors';
import type { Logger } from '@foretell/core/node/logger';

/** One item to write: its id, and its attributes in DynamoDB's JSON. */
export interface Item {
  id: string;
  text: string;
}

/** Writes up to 25 items; answers the ids that DynamoDB left unprocessed. Rejects when none can be taken for written. */
export type WriteItems = (items: readonly Item[]) => Promise<ReadonlySet<string>>;

export interface ItemWriter {
  /** Resolves once the item is stored. Rejects with `unavailable` when the queue is full or DynamoDB does not take it. */
  write(item: Item): Promise<void>;
  /** Runs what stores in another way, counted against the same bound. Rejects with `unavailable` when that is reached. */
  hold<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when everything written or held so far is stored or has failed. */
  drain(): Promise<void>;
}

export interface ItemWriterOptions {
  /** Items waiting or on their way; beyond it callers are turned away. */
  maxQueued: number;
  /** Batches on their way at once. */
  maxInFlight: number;
  /** How long an item may wait for others while a batch is on its way. */
  lingerMs: number;
  /** After this time an item that DynamoDB did not take has failed. */
  deadlineMs: number;
}

interface Waiting extends Item {
  deadline: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

const maxBatch = 25;
const backOffMs = { first: 50, most: 2000 };

/**
 * Group commit. Alone, an item goes out at once; under load, items gather while batches are on their way, so that a
 * batch is nearly full and each item costs a share of one request.
 */
export function createItemWriter(
  writeItems: WriteItems,
  logger: Logger,
  options: ItemWriterOptions,
): ItemWriter {
  const { maxQueued, maxInFlight, lingerMs, deadlineMs } = options;
  const queue: Waiting[] = [];
  let queued = 0;
  let inFlight = 0;
  let timer: NodeJS.Timeout | undefined;
  let expiry: NodeJS.Timeout | undefined;
  const onIdle: (() => void)[] = [];

  function schedule(): void {
    while (queue.length >= maxBatch && inFlight < maxInFlight) send();
    const [oldest] = queue;
    if (!oldest) return;
    if (inFlight >= maxInFlight) expiry ??= setTimeout(dropExpired, oldest.deadline - Date.now()).unref();
    else timer ??= setTimeout(flush, inFlight === 0 ? 0 : lingerMs);
  }

  function flush(): void {
    timer = undefined;
    if (queue.length > 0 && inFlight < maxInFlight) send();
    schedule();
  }

  /** While batches hang, what waits behind them fails at its own deadline. */
  function dropExpired(): void {
    expiry = undefined;
    let expired = 0;
    for (const item of queue) {
      if (!expire(item)) break;
      expired++;
    }
    queue.splice(0, expired);
    release(expired);
    schedule();
  }

  function send(): void {
    const batch = queue.splice(0, maxBatch);
    inFlight++;
    void store(batch, 0).finally(() => {
      inFlight--;
      release(batch.length);
      schedule();
    });
  }

  /** Throws `unavailable` when there is no room for one more. */
  function take(): void {
    if (queued >= maxQueued) throw unavailable('More predictions are waiting to be stored than can be held.');
    queued++;
  }

  function release(count: number): void {
    queued -= count;
    if (queued === 0) for (const idle of onIdle.splice(0)) idle();
  }

  async function store(batch: readonly Waiting[], attempt: number): Promise<void> {
    let left: readonly Waiting[];
    try {
      const unprocessed = await writeItems(batch);
      left = batch.filter(({ id }) => unprocessed.has(id));
      for (const item of batch) if (!unprocessed.has(item.id)) item.resolve();
    } catch (error) {
      if (isRefusal(error)) {
        await storeApart(batch, error);
        return;
      }
      if (attempt === 0) logger.warn({ err: error }, 'predictions could not be stored; trying again');
      left = batch;
    }
    const waiting = left.filter((item) => !expire(item));
    if (waiting.length === 0) return;
    await sleep(Math.min(backOffMs.most, backOffMs.first * 2 ** attempt) * (0.5 + Math.random() / 2));
    await store(waiting, attempt + 1);
  }

  /** DynamoDB refuses a batch as a whole for one item it cannot take: the others must not fail with it. */
  async function storeApart(batch: readonly Waiting[], error: unknown): Promise<void> {
    if (batch.length > 1) for (const item of batch) await store([item], 0);
    else {
      logger.error({ err: error, id: batch[0]?.id }, 'DynamoDB refused an item');
      batch[0]?.reject(error);
    }
  }

  return {
    write: (item) =>
      new Promise((resolve, reject) => {
        take();
        queue.push({ id: item.id, text: item.text, deadline: Date.now() + deadlineMs, resolve, reject });
        schedule();
      }),
    async hold(work) {
      take();
      try {
        return await work();
      } finally {
        release(1);
      }
    },
    drain: () => (queued === 0 ? Promise.resolve() : new Promise((resolve) => onIdle.push(resolve))),
  };
}

function expire(item: Waiting): boolean {
  if (Date.now() < item.deadline) return false;
  item.reject(unavailable('The prediction could not be stored.'));
  return true;
}

const unavailable = (message: string) => new DomainError('unavailable', message, { retryAfterSeconds: 1 });

const isRefusal = (error: unknown): boolean => error instanceof Error && error.name === 'ValidationException';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
