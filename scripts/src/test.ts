import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { missingEngine, startEngine } from '@foretell/local/containers/engine';
import { z } from 'zod';

/** `make test`: every suite, then one line that counts. In CI a skip is a failure: its engine should have been there. */

/** But for what no package registry has: Terraform and its providers, and a Go to build a linter with. */
const mayBeMissing = /\(needs (Terraform|Go)\)$/;

const resultsFile = '.foretell/test-results.json';
const jestResults = z.object({
  success: z.boolean(),
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numRuntimeErrorTestSuites: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      /** Of a suite that failed, all that jest says of it. */
      message: z.string(),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

const mostLength = 2000;

/** What a log that shows few lines still has room for: a message without the stack of the test runner. */
function inOneLine(text: string): string {
  const lines = stripVTControlCharacters(text)
    .split('\n')
    .filter((line) => !/^\s+at .*(node_modules|<anonymous>)/.test(line));
  return lines.join(' ').replaceAll(/\s+/g, ' ').trim().slice(0, mostLength);
}

mkdirSync(dirname(resultsFile), { recursive: true });
// Of a jest that dies, no earlier run's results are told.
rmSync(resultsFile, { force: true });
// One engine for all suites, which run side by side; a suite that finds none says what is missing.
const engine = (await missingEngine()) === null ? await startEngine(dirname(resultsFile)) : null;
const jest = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    '--json',
    `--outputFile=${resultsFile}`,
    ...process.argv.slice(2),
  ],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
const [status] = (await once(jest, 'exit')) as [number | null];
await engine?.stop();
if (!existsSync(resultsFile)) {
  console.log(`jest ended (${status ?? 'killed'}) without results: see what it said above.`);
  process.exit(1);
}
const results = jestResults.parse(JSON.parse(readFileSync(resultsFile, 'utf8')));
for (const suite of results.testResults) {
  for (const test of suite.assertionResults)
    if (test.status === 'pending') console.log(`skipped: ${test.fullName}`);
}
for (const { name, status, message, assertionResults } of results.testResults) {
  const tests = assertionResults.filter(({ status: of }) => of === 'failed');
  for (const { fullName, failureMessages } of tests)
    console.log(
      `failed: ${relative('.', name)}: ${fullName}: ${inOneLine(failureMessages?.join(' ') ?? '')}`,
    );
  if (status === 'failed' && tests.length === 0)
    console.log(`failed: ${relative('.', name)}: ${inOneLine(message)}`);
}
const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
const skipped = results.testResults
  .flatMap(({ assertionResults }) => assertionResults)
  .filter(({ status, fullName }) => status === 'pending' && !mayBeMissing.test(fullName));
const skippedInCi = process.env['CI'] === 'true' && skipped.length > 0;
if (skippedInCi) console.log('In CI a skipped test is a failure: see the lines above for what is missing.');
console.log(`${results.numPassedTests} passed, ${failed} failed, ${results.numPendingTests} skipped`);
process.exit(status === 0 && results.success && failed === 0 && !skippedInCi ? 0 : 1);
