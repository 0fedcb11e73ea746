import { once } from 'node:events';
import {
  createServer,
  request as send,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Target, TargetGroup } from './target-groups.ts';

export interface Weighted {
  readonly group: TargetGroup;
  readonly weight: number;
}

export interface Rule {
  readonly arn: string;
  readonly priority: number;
  readonly hosts: readonly string[];
  readonly header: { readonly name: string; readonly values: readonly string[] } | null;
  forward: readonly Weighted[];
}

/** One request that the load balancer answered. */
export interface Answered {
  readonly at: number;
  readonly group: TargetGroup | null;
  readonly target: Target | null;
  readonly status: number;
  readonly seconds: number;
}

export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * A load balancer's listener: the first rule that matches decides, its weights draw a target group, the least busy
 * healthy target answers. A request is sent once; what a target breaks is a 502, as on AWS.
 */
export async function startListener(
  port: number,
  rules: readonly Rule[],
  onAnswer: (answer: Answered) => void,
): Promise<Listener> {
  const byPriority = [...rules].sort((a, b) => a.priority - b.priority);
  const server = createServer((request, response) => {
    const started = performance.now();
    const done = (group: TargetGroup | null, target: Target | null, status: number) =>
      onAnswer({ at: Date.now(), group, target, status, seconds: (performance.now() - started) / 1000 });
    const rule = byPriority.find((each) => matches(each, request));
    const group = rule ? draw(rule.forward) : null;
    const target = group?.pick() ?? null;
    if (target) forward(request, response, target, (status) => done(group, target, status));
    else {
      const status = group ? 503 : 404;
      refuse(response, status, () => done(group, null, status));
    }
  });
  server.keepAliveTimeout = 60_000;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { port, close: () => closeServer(server) };
}

function matches({ hosts, header }: Rule, request: IncomingMessage): boolean {
  const host = request.headers.host?.split(':')[0] ?? '';
  if (hosts.length > 0 && !hosts.includes(host)) return false;
  return header === null || header.values.includes(String(request.headers[header.name.toLowerCase()]));
}

function draw(weighted: readonly Weighted[]): TargetGroup {
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  let left = Math.random() * total;
  const drawn = weighted.find(({ weight }) => weight > 0 && (left -= weight) < 0) ?? weighted[0];
  if (!drawn) throw new Error('a rule forwards to no target group');
  return drawn.group;
}

function forward(
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  done: (status: number) => void,
): void {
  target.outstanding += 1;
  let over = false;
  const end = (status: number) => {
    if (over) return;
    over = true;
    target.outstanding -= 1;
    done(status);
  };
  const onward = send(
    {
      host: '127.0.0.1',
      port: target.port,
      method: request.method,
      path: request.url,
      headers: request.headers,
      agent: target.agent,
    },
    (answer) => {
      const status = answer.statusCode ?? 502;
      response.writeHead(status, answer.headers);
      answer.pipe(response);
      answer.once('error', () => response.destroy());
      response.once('close', () => end(status));
    },
  );
  onward.once('error', () => {
    if (response.headersSent) response.destroy();
    else refuse(response, 502, () => end(502));
  });
  request.pipe(onward);
}

function refuse(response: ServerResponse, status: number, done: () => void): void {
  response.once('close', done);
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${status}\n`);
}

async function closeServer(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
