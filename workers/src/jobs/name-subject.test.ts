import { createJobBench, type JobBench } from '../testing/job-bench.ts';
import { nameSubject } from './name-subject.ts';

let bench: JobBench;
beforeAll(async () => {
  bench = await createJobBench();
});
afterAll(() => bench.close());

test('a job is told of by the name of what it works on, and by the id when that is gone or of another workspace', async () => {
  const { id: subjectId, workspace } = await bench.dataset(null);
  const name = (row: Parameters<typeof nameSubject>[1]) => bench.database.write((tx) => nameSubject(tx, row));
  expect(await name({ subjectKind: 'dataset', subjectId, workspace })).toBe('"events"');
  const unknown = `dataset ${subjectId}`;
  expect(await name({ subjectKind: 'dataset', subjectId, workspace: subjectId })).toBe(unknown);
  expect(await name({ subjectKind: 'model', subjectId, workspace })).toBe(`model ${subjectId}`);
});
