import type { z } from 'zod';
import { RefusedError, type ControlApi } from './api-client.ts';
import { waitForResults } from './experiment.ts';

const noJob = () => Promise.reject(new Error('no job is waited for'));

/** An API whose experiment ends between the reading of its results and the next request for a look. */
function endingMeanwhile(refusal: RefusedError): ControlApi {
  const verdicts = ['running', 'model'];
  const answers = [null, refusal];
  return {
    get: <S extends z.ZodType>() =>
      Promise.resolve({ verdict: verdicts.shift(), latest: null } as z.output<S>),
    post: <S extends z.ZodType>() => {
      const refused = answers.shift();
      return refused ? Promise.reject(refused) : Promise.resolve(null as z.output<S>);
    },
    finished: noJob,
  };
}

test('an experiment that ends while one more look is asked for has its results', async () => {
  const api = endingMeanwhile(new RefusedError(409, 'This experiment is concluded: its results are final.'));
  expect(await waitForResults(api, 'an experiment', 10, true)).toEqual({ verdict: 'model', latest: null });
});

test('any other refusal of a look is told', async () => {
  const api = endingMeanwhile(new RefusedError(404, 'There is no such experiment.'));
  await expect(waitForResults(api, 'an experiment', 10, true)).rejects.toThrow('no such experiment');
});

test('an undecided experiment is waited for until a second look has counted all of its units', async () => {
  const counted = [9, 10, 10, 10];
  let n = 0;
  const api: ControlApi = {
    get: <S extends z.ZodType>() => {
      const look = { n: ++n, units: { model: counted.shift() ?? 0, fallback: 0 } };
      return Promise.resolve({ verdict: 'running', latest: look } as z.output<S>);
    },
    post: <S extends z.ZodType>() => Promise.resolve(null as z.output<S>),
    finished: noJob,
  };
  expect(await waitForResults(api, 'an experiment', 10, true)).toMatchObject({ latest: { n: 3 } });
});
