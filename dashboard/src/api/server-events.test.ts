import { readServerEvents, type ServerEvent } from './server-events.ts';

async function readAll(chunks: readonly Uint8Array[]): Promise<ServerEvent[]> {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const events: ServerEvent[] = [];
  for await (const event of readServerEvents(stream)) events.push(event);
  return events;
}

const bytes = (text: string) => new TextEncoder().encode(text);

test('events are read whole wherever the stream is cut, even within a character', async () => {
  const whole = bytes(': hello\n\nevent: job\ndata: {"step":"Zoë"}\n\ndata: a\ndata: b\n\n');
  const expected = [
    { event: 'job', data: '{"step":"Zoë"}' },
    { event: 'message', data: 'a\nb' },
  ];
  for (let cut = 0; cut <= whole.length; cut++) {
    expect(await readAll([whole.slice(0, cut), whole.slice(cut)])).toEqual(expected);
  }
});

test('an event that was not finished is not told', async () => {
  expect(await readAll([bytes('event: job\ndata: {')])).toEqual([]);
});
