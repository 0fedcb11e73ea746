import { colourHeader } from '@foretell/core/contracts/release-names';
import type { Ask, Question } from './ask-over-http.ts';
import { ReleaseError } from './errors.ts';
import { readColourHeader } from './read-traffic.ts';
import type { Wait } from './steps.ts';
import type { WaitDeps } from './wait-deps.ts';

/** A rule that was just made, or a target just healthy, may not be known to every node of a balancer yet. */
const tries = 5;
const rounds = 3;

async function whatIsWrong(ask: Ask, question: Question): Promise<string | null> {
  try {
    const { status, body } = await ask(question);
    return status === 200 ? null : `${status} ${body}`.trim();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Every path answers 200, several times in a row, from the colour that has no traffic yet. */
export async function smokeTest(
  { origin, host, colour, testRuleArn, paths }: Extract<Wait, { for: 'smoke' }>,
  { aws, ask, look, sleep, pollMs }: Pick<WaitDeps, 'aws' | 'ask' | 'look' | 'sleep' | 'pollMs'>,
): Promise<void> {
  const headers = { [colourHeader]: await readColourHeader(aws, testRuleArn) };
  for (const path of paths) {
    let [well, left] = [0, tries];
    while (well < rounds) {
      const wrong = await whatIsWrong(ask, { origin, host, path, headers });
      if (wrong === null) {
        well++;
        continue;
      }
      [well, left] = [0, left - 1];
      if (left === 0) throw new ReleaseError('smoke', `${host}${path} on ${colour} answers: ${wrong}`);
      await look(`${path}: ${wrong}`);
      await sleep(pollMs);
    }
  }
}
