import { startSteps } from './start-steps.ts';

const nothing = { datasets: [], models: [], experiments: [], called: false };

test('a fresh workspace has everything ahead of it', () => {
  expect(startSteps(nothing).map(({ done }) => done)).toEqual([false, false, false, false, false]);
});

test('each step leads to the thing itself once it exists', () => {
  const steps = startSteps({
    datasets: [{ id: 'd1', status: 'ready', source: 'upload' }],
    models: [{ id: 'm1', latestVersion: 1, deployedVersion: null }],
    experiments: [],
    called: false,
  });
  expect(steps.map(({ done }) => done)).toEqual([true, true, false, false, false]);
  expect(steps[2]?.action.to).toBe('/models/m1/deploy');
});

test('a dataset that is ready leads to a model of it, even while an event stream is newer', () => {
  const steps = startSteps({
    ...nothing,
    datasets: [
      { id: 'stream', status: 'ready', source: 'stream' },
      { id: 'file', status: 'ready', source: 'upload' },
    ],
  });
  expect(steps[1]?.action.to).toBe('/models/new?dataset=file');
});
