import { Agent, request } from 'node:http';

export interface LoadAnswer {
  readonly at: number;
  readonly unit: string;
  /** 0 when there was no answer at all. */
  readonly status: number;
  /** The prediction's id; null unless the status is 200. */
  readonly id: string | null;
}

export interface ConstantLoad {
  readonly answers: readonly LoadAnswer[];
  /** Asks no more, and resolves when all that was asked is answered. */
  stop(): Promise<void>;
}

export interface LoadOptions {
  readonly url: string;
  readonly host: string;
  readonly apiKey: string;
  readonly model: string;
  readonly entity: string;
  readonly perSecond: number;
}

/** So many predictions a second, each for a unit of its own, whatever becomes of those before: nothing is asked twice. */
export function startLoad(options: LoadOptions): ConstantLoad {
  const answers: LoadAnswer[] = [];
  const onTheirWay = new Set<Promise<void>>();
  const agent = new Agent({ keepAlive: true });
  let asked = 0;
  const ask = () => {
    const unit = `unit-${asked++}`;
    const one: Promise<void> = predict(options, unit, agent).then((answer) => {
      answers.push(answer);
      onTheirWay.delete(one);
    });
    onTheirWay.add(one);
  };
  const timer = setInterval(ask, 1000 / options.perSecond);
  return {
    answers,
    async stop() {
      clearInterval(timer);
      await Promise.all(onTheirWay);
      agent.destroy();
    },
  };
}

function predict(
  { url, host, apiKey, model, entity }: LoadOptions,
  unit: string,
  agent: Agent,
): Promise<LoadAnswer> {
  const body = JSON.stringify({ model, entity, unit });
  const headers = { host, 'x-api-key': apiKey, 'content-type': 'application/json' };
  return new Promise((resolve) => {
    const done = (status: number, id: string | null) => resolve({ at: Date.now(), unit, status, id });
    const sent = request(new URL('/v1/predictions', url), { method: 'POST', headers, agent }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        done(status, status === 200 ? (JSON.parse(text) as { id: string }).id : null);
      });
      response.on('error', () => done(0, null));
    });
    sent.on('error', () => done(0, null));
    sent.end(body);
  });
}
