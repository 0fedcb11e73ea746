import { jobFigures } from './job-figures.ts';

test('figures are told in words, one level deep, and series are left to the plots', () => {
  expect(
    jobFigures({
      rowsRead: 231083,
      split: { trainRows: 10, seconds: 1.25 },
      learningCurve: [{ round: 1 }],
      nothing: null,
    }),
  ).toEqual([
    { label: 'rows read', value: '231,083' },
    { label: 'split: train rows', value: '10' },
    { label: 'split: seconds', value: '1.25' },
  ]);
});
