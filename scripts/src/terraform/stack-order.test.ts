import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stacksOf } from './stack-order.ts';

const folder = mkdtempSync(join(tmpdir(), 'foretell-order-'));
const stack = (name: string, dependencies: readonly string[] = []) => [
  name,
  { name, synthesizedStackPath: `stacks/${name}/cdk.tf.json`, dependencies },
];
writeFileSync(
  join(folder, 'manifest.json'),
  JSON.stringify({
    stacks: Object.fromEntries([
      stack('compute-staging', ['data-staging', 'foundation']),
      stack('data-staging', ['foundation']),
      stack('data-production', ['foundation']),
      stack('foundation'),
    ]),
  }),
);
afterAll(() => rmSync(folder, { recursive: true }));
const names = (environment: string, only?: readonly string[]) =>
  stacksOf(environment, folder, only).map(({ name }) => name);

test('what is depended on comes first, and the other environment is left alone', () => {
  expect(names('staging')).toEqual(['foundation', 'data-staging', 'compute-staging']);
  expect(names('production')).toEqual(['foundation', 'data-production']);
});

test('some stacks are taken in the order they are asked for, by either of their names', () => {
  expect(names('staging', ['compute', 'data-staging'])).toEqual(['compute-staging', 'data-staging']);
});

test('a stack that is not there is named, with those that are', () => {
  expect(() => names('staging', ['beanstalk'])).toThrow(
    'There is no stack beanstalk in staging: there are foundation, data-staging',
  );
});

test('a stack knows its folder', () => {
  expect(stacksOf('staging', folder)[0]?.folder).toBe(join(folder, 'stacks/foundation'));
});
