import { Agent, get } from 'node:http';
import type { Answered } from '@foretell/local/containers/listener';

export interface AnswersWatch {
  /** Asks no more, and says what became of all that was asked, and when the build that was left answered last. */
  stop(): Promise<string>;
}

export interface AnswersWatchOptions {
  readonly origin: string;
  readonly host: string;
  readonly path: string;
  readonly perSecond: number;
  /** What the load balancers answered, the oldest first. */
  readonly answers: readonly Answered[];
  /** The names of the service's target groups. */
  readonly groups: readonly string[];
}

/** Asks a service so many times a second while its traffic moves. */
export function watchAnswers(options: AnswersWatchOptions): AnswersWatch {
  const begun = Date.now();
  const statuses: number[] = [];
  const onTheirWay = new Set<Promise<void>>();
  const agent = new Agent({ keepAlive: true });
  const timer = setInterval(() => {
    const one: Promise<void> = ask(options, agent).then((status) => {
      statuses.push(status);
      onTheirWay.delete(one);
    });
    onTheirWay.add(one);
  }, 1000 / options.perSecond);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(onTheirWay);
      agent.destroy();
      const failed = statuses.filter((status) => status !== 200).length;
      return `${options.host}: ${statuses.length} requests meanwhile, ${failed} failed.${changeOf(options, begun)}`;
    },
  };
}

function changeOf({ answers, groups }: AnswersWatchOptions, since: number): string {
  const seen = answers.filter(
    ({ at, group }) => at >= since && group !== null && groups.includes(group.name),
  );
  const [left, now] = [seen[0]?.target?.image, seen.at(-1)?.target?.image];
  if (left === undefined || left === now) return '';
  const last = seen.findLast(({ target }) => target?.image === left);
  return ` The build that was left answered last ${(last?.at ?? since) - since} ms after the command was given.`;
}

function ask({ origin, host, path }: AnswersWatchOptions, agent: Agent): Promise<number> {
  return new Promise((resolve) => {
    const request = get(new URL(path, origin), { agent, headers: { host } }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', () => resolve(0));
    });
    request.on('error', () => resolve(0));
  });
}
