import { z } from 'zod';

export interface GithubSettings {
  /** `https://api.github.com`, or an enterprise server's. */
  readonly apiUrl: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
}

/** GitHub's API of one repository. Errors name the call, the status and GitHub's own words. */
export interface Github {
  call(method: 'POST' | 'PATCH', path: string, body: object): Promise<void>;
  /** Every item of a list, page by page. */
  list<Item>(path: string, item: z.ZodType<Item>): Promise<readonly Item[]>;
}

const timeoutMs = 30_000;
const nextPage = /<([^>]+)>; rel="next"/;

export function createGithub({ apiUrl, repository, token }: GithubSettings): Github {
  const base = `${apiUrl}/repos/${repository}`;
  async function request(method: string, url: string, body?: object): Promise<Response> {
    const response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (response.ok) return response;
    throw new Error(`GitHub answered ${method} ${url} with ${response.status}: ${await response.text()}`);
  }
  return {
    async call(method, path, body) {
      const response = await request(method, `${base}${path}`, body);
      await response.body?.cancel();
    },
    async list(path, item) {
      const found = [];
      let url: string | undefined = `${base}${path}${path.includes('?') ? '&' : '?'}per_page=100`;
      while (url !== undefined) {
        const response: Response = await request('GET', url);
        found.push(...z.array(item).parse(await response.json()));
        url = nextPage.exec(response.headers.get('link') ?? '')?.[1];
      }
      return found;
    },
  };
}

/** From the variables that a workflow's step has; the token is the step's own `GH_TOKEN`. */
export function githubOf(environment: Readonly<Record<string, string | undefined>>): Github {
  const settings = z
    .object({ GITHUB_API_URL: z.url(), GITHUB_REPOSITORY: z.string().min(3), GH_TOKEN: z.string().min(1) })
    .safeParse(environment);
  if (!settings.success)
    throw new Error(
      `This runs in a workflow of GitHub: ${settings.error.issues.map(({ path }) => path.join('.')).join(', ')} not given`,
    );
  const { GITHUB_API_URL: apiUrl, GITHUB_REPOSITORY: repository, GH_TOKEN: token } = settings.data;
  return createGithub({ apiUrl, repository, token });
}
