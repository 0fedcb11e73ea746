import { breakLock, readLock, takeLock } from './lock.ts';
import { fakeAws } from './testing/fake-aws.ts';
import { createFakeWorld } from './testing/fake-world.ts';

test('the lock of the run that was looked at is taken away, and of no run that has it since', async () => {
  const { aws } = fakeAws(createFakeWorld());
  const request = { environment: 'staging', id: 'run-2', owner: 'bob', verb: 'promote', force: false };
  await takeLock(
    aws,
    request,
    () => new Date('2026-11-23T08:00:00Z'),
    () => undefined,
  );
  await expect(breakLock(aws, 'staging', 'run-1')).rejects.toMatchObject({ code: 'locked' });
  expect(await readLock(aws, 'staging')).toMatchObject({ id: 'run-2' });
  await breakLock(aws, 'staging', 'run-2');
  expect(await readLock(aws, 'staging')).toBeNull();
});
