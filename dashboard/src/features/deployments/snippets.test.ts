import { snippets } from './snippets.ts';

const call = {
  publicUrl: 'http://127.0.0.1:4001',
  model: 'm1',
  entity: "O'Hare",
  features: { distance: 812, international: false, carrier: null },
};

test('the curl line survives a quote in the data', () => {
  expect(snippets(call).curl).toContain(String.raw`"entity":"O'\''Hare"`);
});

test('Python gets Python’s own words for true, false and nothing', () => {
  const { python } = snippets(call);
  expect(python).toContain('"international": False,');
  expect(python).toContain('"carrier": None,');
});

test('a model that needs nothing sent gets no features', () => {
  expect(snippets({ ...call, features: {} }).javascript).not.toContain('features');
});
