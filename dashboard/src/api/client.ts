import { problem } from '@foretell/core/contracts/problem';
import type { z } from 'zod';
import { ApiError } from './api-error.ts';
import { session } from './session.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
type QueryValue = string | number | null | undefined;

/** `path` with the given query; empty values are left out. */
export function withQuery(path: string, query: Record<string, QueryValue>): string {
  const parts = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') parts.set(key, String(value));
  }
  return parts.size === 0 ? path : `${path}?${parts.toString()}`;
}

/** A request to the control API as the signed-in user; throws ApiError when it is answered with a problem. */
export async function callApi(
  method: Method,
  path: string,
  options: { body?: unknown; signal?: AbortSignal; accept?: string } = {},
): Promise<Response> {
  const token = session.token();
  const response = await fetch(`/api${path}`, {
    method,
    headers: {
      accept: options.accept ?? 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (response.ok) return response;
  if (response.status === 401 && token !== null && token === session.token()) session.end();
  throw new ApiError(await readProblem(response));
}

async function readProblem(response: Response) {
  const body: unknown = await response.json().catch(() => null);
  const parsed = problem.safeParse(body);
  if (parsed.success) return parsed.data;
  const detail = `The server answered ${response.status} ${response.statusText}.`.replace(' .', '.');
  return { type: 'about:blank', title: response.statusText, status: response.status, detail };
}

/** The answer's body, held to its contract. */
async function parsed<S extends z.ZodType>(response: Response, schema: S): Promise<z.output<S>> {
  const result = schema.safeParse(await response.json());
  if (result.success) return result.data;
  const where = result.error.issues[0];
  throw new Error(
    `The server's answer is not what this page expects (${where?.path.join('.') ?? ''}: ${where?.message ?? ''}). Reload the page.`,
    { cause: result.error },
  );
}

export async function getJson<S extends z.ZodType>(path: string, schema: S, signal?: AbortSignal) {
  return parsed(await callApi('GET', path, signal === undefined ? {} : { signal }), schema);
}

export async function sendJson<S extends z.ZodType>(
  method: Method,
  path: string,
  body: unknown,
  schema: S,
): Promise<z.output<S>> {
  return parsed(await callApi(method, path, { body }), schema);
}

/** For requests whose answer has no body that matters. */
export async function send(method: Method, path: string, body?: unknown): Promise<void> {
  await callApi(method, path, { body });
}
