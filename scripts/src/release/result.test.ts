import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { exitCodes } from './errors.ts';
import { verbResult } from './result.ts';

const published = join(import.meta.dirname, '../../../docs/schemas/release-result.schema.json');

test('what --json prints is what docs/schemas publishes', () => {
  expect(JSON.parse(readFileSync(published, 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(z.toJSONSchema(verbResult))),
  );
});

test('every end has an exit code of its own, and docs/releases.md tells each', () => {
  const codes = Object.values(exitCodes);
  expect(new Set(codes).size).toBe(codes.length);
  const text = readFileSync(join(import.meta.dirname, '../../../docs/releases.md'), 'utf8');
  for (const [name, code] of Object.entries(exitCodes)) expect(text).toContain(`| ${code} | \`${name}\` |`);
});
