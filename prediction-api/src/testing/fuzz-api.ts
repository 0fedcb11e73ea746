import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const tool = join(import.meta.dirname, '../../../.tools/test/bin/schemathesis');
/** Why fuzzing cannot run here; null when it can. */
export const missingFuzzer = existsSync(tool) ? null : 'scripts/setup/setup.sh test installs schemathesis';

export interface FuzzOptions {
  url: string;
  /** The API's OpenAPI document; what it allows is what is sent, and a little more. */
  document: object;
  operations: readonly string[];
  headers: Record<string, string>;
  /** A phase and operation. */
  examples: number;
  seed: number;
}

export interface FuzzedCall {
  method: string;
  path: string;
  requestBody: string;
  status: number;
  body: string;
}

const har = z.object({
  log: z.object({
    entries: z.array(
      z.object({
        request: z.object({
          method: z.string(),
          url: z.string(),
          postData: z.object({ text: z.string() }).optional(),
        }),
        response: z.object({ status: z.int(), content: z.object({ text: z.string().optional() }) }),
      }),
    ),
  }),
});

/**
 * Runs schemathesis against an API: valid bodies, bodies wrong in one place, and random ones, the same each time. Answers
 * every call that it made, and what it found wrong: an answer of 5xx, or one that the document does not hold.
 */
export async function fuzzApi(
  options: FuzzOptions,
): Promise<{ calls: FuzzedCall[]; findings: string | null }> {
  const dir = await mkdtemp(join(tmpdir(), 'foretell-fuzz-'));
  try {
    const [document, report] = [join(dir, 'openapi.json'), join(dir, 'calls.har')];
    await writeFile(document, JSON.stringify(options.document));
    const child = spawn(
      tool,
      [
        ...['run', document, '--url', options.url, '--no-color', '--generation-database', 'none'],
        ...['--seed', String(options.seed), '--max-examples', String(options.examples)],
        ...['--phases', 'examples,coverage,fuzzing', '--continue-on-failure'],
        // How long a busy machine takes to make bodies up, or to answer, is no finding.
        ...['--suppress-health-check', 'too_slow', '--request-timeout', '60'],
        ...[
          '--checks',
          'not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance',
        ],
        ...options.operations.flatMap((id) => ['--include-operation-id', id]),
        ...Object.entries(options.headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
        ...['--report', 'har', '--report-har-path', report],
      ],
      { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    const { log } = har.parse(JSON.parse(await readFile(report, 'utf8')));
    const calls = log.entries.map(({ request, response }) => ({
      method: request.method,
      path: new URL(request.url).pathname,
      requestBody: request.postData?.text ?? '',
      status: response.status,
      body: response.content.text ?? '',
    }));
    return { calls, findings: code === 0 ? null : output };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
