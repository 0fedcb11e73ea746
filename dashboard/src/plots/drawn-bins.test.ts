import { drawnBins } from './drawn-bins.ts';

const even = [0, 10, 20, 30].map((low) => ({ low, high: low + 10, count: 1 }));

test('far tails are drawn as wide as the other bins, and keep their true bounds', () => {
  const bins = drawnBins([{ low: -1116, high: 0, count: 5 }, ...even, { low: 40, high: 1688, count: 7 }]);
  expect(bins[0]).toEqual({ low: -1116, high: 0, count: 5, from: -10, to: 0, isTail: true });
  expect(bins[5]).toEqual({ low: 40, high: 1688, count: 7, from: 40, to: 50, isTail: true });
  expect(bins.slice(1, 5).map(({ from, to, isTail }) => [from, to, isTail])).toEqual(
    even.map(({ low, high }) => [low, high, false]),
  );
});

test('even bins are drawn as they are, and one value alone too', () => {
  expect(drawnBins(even).some(({ isTail }) => isTail)).toBe(false);
  expect(drawnBins([{ low: 3, high: 3, count: 9 }])[0]).toMatchObject({ from: 3, to: 3, isTail: false });
});
