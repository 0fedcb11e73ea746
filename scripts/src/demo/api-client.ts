import { job as jobSchema, type Job } from '@foretell/core/contracts/control-api/jobs';
import { problem } from '@foretell/core/contracts/problem';
import { setTimeout as sleep } from 'node:timers/promises';
import { type z } from 'zod';

/** Talks to the control API as any client would. */
export interface ControlApi {
  get<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>>;
  post<S extends z.ZodType>(path: string, body: unknown, schema: S): Promise<z.output<S>>;
  /** Resolves with the job once it succeeded; throws its error in words when it failed. */
  finished(id: string, onProgress: (job: Job) => void): Promise<Job>;
}

/** A request that the API refused; `status` is that of HTTP. */
export class RefusedError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function readAnswer<S extends z.ZodType>(
  response: Response,
  schema: S,
  what: string,
): Promise<z.output<S>> {
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return schema.parse(body);
  const known = problem.safeParse(body);
  const detail = known.success ? known.data.detail : JSON.stringify(body);
  throw new RefusedError(response.status, `${what}: ${response.status} ${detail}`);
}

/** `origin` has no trailing slash; `token` is null before the sign-up. */
export function createControlApi(origin: string, token: string | null): ControlApi {
  const headers = {
    'content-type': 'application/json',
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  const get: ControlApi['get'] = async (path, schema) =>
    readAnswer(await fetch(`${origin}/api${path}`, { headers }), schema, `GET ${path}`);
  return {
    get,
    async post(path, body, schema) {
      const response = await fetch(`${origin}/api${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return readAnswer(response, schema, `POST ${path}`);
    },
    async finished(id, onProgress) {
      for (;;) {
        const job = await get(`/jobs/${id}`, jobSchema);
        onProgress(job);
        if (job.status === 'succeeded') return job;
        if (job.status === 'failed' || job.status === 'cancelled') {
          const error = job.error;
          throw new Error(
            `the job ${job.status}: ${error ? `${error.field ? `${error.field}: ` : ''}${error.detail}` : job.step}`,
          );
        }
        await sleep(250);
      }
    },
  };
}
