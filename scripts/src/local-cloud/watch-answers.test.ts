import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answered } from '@foretell/local/containers/listener';
import { watchAnswers } from './watch-answers.ts';

test('requests are counted, failed ones too, and the build that was left is timed by its last answer', async () => {
  const answers: Answered[] = [];
  const answered = (image: string, group = 'ours') =>
    answers.push({
      at: Date.now(),
      group: { name: group },
      target: { image },
      status: 200,
    } as unknown as Answered);
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    answered(asked <= 3 ? 'left' : 'right');
    answered('another service’s', 'theirs');
    response.writeHead(asked === 2 ? 503 : 200).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const watch = watchAnswers({
    origin: `http://127.0.0.1:${port}`,
    host: 'app.example',
    path: '/healthz',
    perSecond: 100,
    answers,
    groups: ['ours'],
  });
  while (asked < 6) await delay(10);
  const told = await watch.stop();
  server.close();
  expect(told).toMatch(
    /^app\.example: \d+ requests meanwhile, 1 failed\. The build that was left answered last \d+ ms after the command was given\.$/,
  );
});
