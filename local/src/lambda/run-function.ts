import { pathToFileURL } from 'node:url';

/** The child of one invocation: `run-function.ts ENTRY`, the event on stdin, the answer or the error sent to the parent. */
const entry = process.argv[2];
if (entry === undefined || !process.send)
  throw new Error('usage: run-function.ts ENTRY, with an IPC channel');

async function readEvent(): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8') || 'null') as unknown;
}

function errorOf(error: unknown) {
  if (!(error instanceof Error)) return { errorType: 'Error', errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

try {
  const { handler } = (await import(pathToFileURL(entry).href)) as {
    handler: (event: unknown) => Promise<unknown>;
  };
  const answer = await handler(await readEvent());
  process.send({ answer: JSON.stringify(answer ?? null) });
} catch (error) {
  process.send({ error: errorOf(error) });
}
// The function may have left sockets open; its invocation is over all the same.
process.disconnect();
process.exitCode = 0;
setImmediate(() => process.exit(0));
