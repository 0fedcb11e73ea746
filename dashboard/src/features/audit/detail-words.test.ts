import { detailWords } from './detail-words.ts';

test('a change is told by names and values, and one without details by nothing', () => {
  expect(detailWords({ name: 'demo', scopes: ['predict', 'ingest'], n: 1, by: null })).toBe(
    'name: demo · scopes: predict, ingest · n: 1 · by: null',
  );
  expect(detailWords({})).toBe('');
});
