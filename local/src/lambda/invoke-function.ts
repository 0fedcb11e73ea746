import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface LambdaFunction {
  /** A module that exports `handler`. */
  entry: string;
  environment: Record<string, string>;
  timeoutMs: number;
}

export interface Invocation {
  /** JSON: the function's answer, or its error as Lambda shapes it. */
  payload: string;
  /** `Unhandled` when the function failed, crashed or took too long. */
  functionError: 'Unhandled' | null;
}

interface Reply {
  answer?: string;
  error?: { errorType: string; errorMessage: string; trace: string[] };
}

const runner = fileURLToPath(new URL('./run-function.ts', import.meta.url));

function failed(errorType: string, errorMessage: string, trace: string[] = []): Invocation {
  return { payload: JSON.stringify({ errorType, errorMessage, trace }), functionError: 'Unhandled' };
}

function invocationOf(reply: Reply | null, timedOut: boolean, end: string): Invocation {
  if (reply?.answer !== undefined) return { payload: reply.answer, functionError: null };
  if (reply?.error) return failed(reply.error.errorType, reply.error.errorMessage, reply.error.trace);
  if (timedOut) return failed('Sandbox.Timedout', `Task ${end}`);
  return failed('Runtime.ExitError', `Runtime exited with ${end}`);
}

/** Runs a function once, in a process of its own: what it breaks is its own, and a crash is an answer. */
export function invokeFunction(
  { entry, environment, timeoutMs }: LambdaFunction,
  event: string,
): Promise<Invocation> {
  return new Promise((resolve, reject) => {
    const child = fork(runner, [entry], {
      env: environment,
      stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
    });
    let reply: Reply | null = null;
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.once('message', (message) => (reply = message as Reply));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const end = timedOut ? `timed out after ${timeoutMs / 1000} seconds` : (signal ?? `status ${code}`);
      resolve(invocationOf(reply, timedOut, end));
    });
    child.stdin?.on('error', () => undefined); // A function that died before reading is reported by `close`.
    child.stdin?.end(event);
  });
}
