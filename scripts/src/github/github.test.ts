import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileDrift } from './drift-issues.ts';
import { createGithub, githubOf, type Github } from './github.ts';
import { postReview } from './post-review.ts';

interface Call {
  readonly call: string;
  readonly body?: unknown;
}
interface Standing {
  readonly path: string;
  /** The list's pages; each but the last is answered with a link to the next. */
  readonly pages: readonly (readonly object[])[];
}

let server: Server | undefined;
afterEach(() => void server?.close());

/** GitHub's API as far as it is called: lists by pages, and a record of every write. */
async function github(lists: readonly Standing[], refuse?: number): Promise<{ api: Github; calls: Call[] }> {
  const calls: Call[] = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://x');
      const path = url.pathname.replace('/repos/o/r', '');
      if (refuse !== undefined || request.headers.authorization !== 'Bearer t') {
        response.writeHead(refuse ?? 401).end('{"message":"not for you"}');
        return;
      }
      if (request.method !== 'GET') {
        calls.push({ call: `${request.method} ${path}`, body: JSON.parse(Buffer.concat(chunks).toString()) });
        response.writeHead(201).end('{}');
        return;
      }
      const page = Number(url.searchParams.get('page') ?? 1);
      const pages = lists.find((list) => list.path === path)?.pages ?? [[]];
      url.searchParams.set('page', String(page + 1));
      const link = `<http://${request.headers.host}${url.pathname}${url.search}>; rel="next"`;
      response.writeHead(200, page < pages.length ? { link } : {}).end(JSON.stringify(pages[page - 1]));
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server?.once('listening', resolve));
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { api: createGithub({ apiUrl, repository: 'o/r', token: 't' }), calls };
}

const marker = '<!-- foretell-plan-review staging -->';
const comment = (id: number, body: string, type: 'Bot' | 'User') => ({ id, body, user: { type } });
const comments = (...pages: object[][]) => [{ path: '/issues/7/comments', pages }];

test('the first review is a new comment', async () => {
  const { api, calls } = await github(comments([comment(1, 'Nice!', 'User')]));
  expect(await postReview(api, { pullRequest: 7, review: `${marker}\nnew` })).toBe('written');
  expect(calls).toEqual([{ call: 'POST /issues/7/comments', body: { body: `${marker}\nnew` } }]);
});

test('the next one takes its place, on whichever page it is; other environments and people keep theirs', async () => {
  const { api, calls } = await github(
    comments(
      [comment(1, `${marker}\nby a person`, 'User')],
      [comment(2, '<!-- foretell-plan-review production -->\nx', 'Bot')],
      [comment(3, `${marker}\nold`, 'Bot')],
    ),
  );
  expect(await postReview(api, { pullRequest: 7, review: `${marker}\nnew` })).toBe('updated');
  expect(calls).toEqual([{ call: 'PATCH /issues/comments/3', body: { body: `${marker}\nnew` } }]);
});

test('what GitHub refuses is said in its own words', async () => {
  const { api } = await github([], 403);
  await expect(postReview(api, { pullRequest: 7, review: `${marker}\n` })).rejects.toThrow(
    /GET .*\/issues\/7\/comments.* with 403: .*not for you/,
  );
});

const drift = (stack: string, status: 'clean' | 'drifted' | 'failed', detail = '') => ({
  stack,
  status,
  detail,
});
const issues = (...open: object[]) => [{ path: '/issues', pages: [open] }];

test('a stack that differs gets one issue, which is updated while it does', async () => {
  const first = await github(issues());
  await fileDrift(first.api, [drift('data-staging', 'drifted', 'a ``` b')]);
  expect(first.calls).toEqual([
    {
      call: 'POST /issues',
      body: { title: 'Drift in data-staging', labels: ['drift'], body: expect.stringContaining('\na  b\n') },
    },
  ]);
  server?.close();
  const second = await github(issues({ number: 5, title: 'Drift in data-staging' }));
  expect(await fileDrift(second.api, [drift('data-staging', 'drifted', 'x')])).toEqual([
    'data-staging: its issue is updated',
  ]);
  expect(second.calls.map(({ call }) => call)).toEqual(['PATCH /issues/5']);
});

test('a stack that is clean again has its issue closed; one that could not be asked keeps it', async () => {
  const { api, calls } = await github(
    issues({ number: 5, title: 'Drift in data-staging' }, { number: 6, title: 'Drift in edge-staging' }),
  );
  await fileDrift(api, [
    drift('data-staging', 'clean'),
    drift('edge-staging', 'failed', 'no'),
    drift('x', 'clean'),
  ]);
  expect(calls).toEqual([
    { call: 'POST /issues/5/comments', body: { body: 'Clean again.' } },
    { call: 'PATCH /issues/5', body: { state: 'closed' } },
  ]);
});

test('outside a workflow it is said what is missing, and never what the token is', () => {
  expect(() => githubOf({ GITHUB_REPOSITORY: 'o/r', GH_TOKEN: 'secret' })).toThrow(
    'This runs in a workflow of GitHub: GITHUB_API_URL not given',
  );
});
