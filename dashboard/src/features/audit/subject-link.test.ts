import { subjectOf } from './subject-link.ts';

const id = '0190163d-8694-739b-aea5-966c26f8ad91';

test('what has a page leads to it, and anything else is told in words', () => {
  expect(subjectOf(`model ${id}`)).toEqual({ words: 'model …f8ad91', to: `/models/${id}` });
  expect(subjectOf(`api key ${id}`)).toEqual({ words: 'api key …f8ad91', to: null });
  expect(subjectOf('workspace')).toEqual({ words: 'workspace', to: null });
});
