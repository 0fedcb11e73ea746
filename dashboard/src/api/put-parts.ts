const partsAtOnce = 3;
const attempts = 5;
const firstPauseMs = 1000;

export interface PartsOfFile {
  bytes: number;
  partBytes: number;
}

export interface PartSender {
  /** Sends the bytes from `start` to before `end` as part `part`; `onSent` gets how many of them are sent so far. */
  send(
    part: { part: number; start: number; end: number },
    onSent: (sent: number) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Resolves after `ms`, or as soon as `signal` aborts. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

/**
 * Sends a file's parts, a few at once; one that fails is sent again up to four times, 1, 2, 4 and 8 seconds later. Throws what
 * the last attempt threw, once no other part is on its way. `onProgress` gets the share of the file sent, 0 to 1.
 */
export async function putParts(
  { bytes, partBytes }: PartsOfFile,
  sender: PartSender,
  onProgress: (share: number) => void,
  stopped: AbortSignal,
): Promise<void> {
  const sentOf = Array.from({ length: Math.ceil(bytes / partBytes) }, () => 0);
  const failed = new AbortController();
  const signal = AbortSignal.any([stopped, failed.signal]);

  async function sendPart(i: number): Promise<void> {
    const start = i * partBytes;
    const place = { part: i + 1, start, end: Math.min(bytes, start + partBytes) };
    const tell = (sent: number) => {
      sentOf[i] = sent;
      onProgress(sentOf.reduce((sum, one) => sum + one, 0) / bytes);
    };
    for (let attempt = 1; ; attempt++) {
      try {
        await sender.send(place, tell, signal);
        tell(place.end - start);
        return;
      } catch (error) {
        tell(0);
        if (attempt === attempts || signal.aborted) throw error;
        await sender.pause(firstPauseMs * 2 ** (attempt - 1), signal);
        signal.throwIfAborted();
      }
    }
  }

  const waiting = sentOf.keys();
  // One iterator for all lanes: each part is taken once.
  async function lane(): Promise<void> {
    for (const i of waiting) {
      signal.throwIfAborted();
      await sendPart(i);
    }
  }
  const lanes = Array.from({ length: partsAtOnce }, () =>
    lane().catch((error: unknown) => {
      failed.abort(error);
      throw error;
    }),
  );
  const outcomes = await Promise.allSettled(lanes);
  if (outcomes.some(({ status }) => status === 'rejected')) throw signal.reason;
}
