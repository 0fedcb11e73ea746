import { setTimeout as delay } from 'node:timers/promises';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { createLogger } from '@foretell/core/node/logger';
import { followActiveColour } from './active-colour.ts';

/** Answers what it is given, the last for ever; an error is thrown. */
function parameterThatSays(answers: readonly (string | Error)[]) {
  let asked = 0;
  const send = () => {
    const answer = answers[Math.min(asked++, answers.length - 1)];
    return answer instanceof Error
      ? Promise.reject(answer)
      : Promise.resolve({ Parameter: { Value: answer } });
  };
  return { ssm: { send } as unknown as SSMClient, asked: () => asked };
}

async function followed(answers: readonly (string | Error)[]): Promise<readonly boolean[]> {
  const { ssm, asked } = parameterThatSays(answers);
  const told: boolean[] = [];
  const following = followActiveColour({
    ssm,
    parameter: '/active-colour',
    colour: 'green',
    everyMs: 1,
    receive: (on) => {
      if (asked() <= answers.length) told.push(on);
    },
    logger: createLogger('test', 'fatal'),
  });
  while (asked() < answers.length + 1) await delay(1);
  await following.close();
  return told;
}

test('it receives while its colour is live, and stops when the other is', async () => {
  expect(await followed(['blue', 'green', 'green', 'blue'])).toEqual([false, true, true, false]);
});

test('while the parameter cannot be read, all stays as it was', async () => {
  expect(await followed(['green', new Error('throttled'), new Error('down'), 'blue'])).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test('nothing is received before the live colour is known', async () => {
  expect(await followed([new Error('down'), new Error('down'), 'green', 'green'])).toEqual([true, true]);
});

test('closed, it tells nothing more', async () => {
  const { ssm } = parameterThatSays(['green']);
  const told: boolean[] = [];
  const following = followActiveColour({
    ssm,
    parameter: '/active-colour',
    colour: 'green',
    everyMs: 1,
    receive: (on) => told.push(on),
    logger: createLogger('test', 'fatal'),
  });
  await following.close();
  const before = told.length;
  await delay(20);
  expect(told.length).toBe(before);
});
