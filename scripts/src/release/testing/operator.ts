import type { Colour } from '@foretell/core/contracts/release-bake';
import { colourHeader, colours, otherColour } from '@foretell/core/contracts/release-names';
import { ledgerEvent } from '@foretell/core/contracts/releases-table';
import { imageNames } from '@foretell/infra/environments';
import type { Api } from '../aws-calls.ts';
import { deploy, releaseName } from '../deploy.ts';
import { viewLedger } from '../ledger.ts';
import { readState } from '../read-state.ts';
import { rollback } from '../rollback.ts';
import type { Session } from '../session.ts';
import { liveColour } from '../state.ts';
import { fakeAws } from './fake-aws.ts';
import { digestFor, digestIn, groupArn, healthyIn, testHeader, type FakeWorld } from './fake-world.ts';

export const commits = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(40)) as [
  string,
  string,
  string,
  string,
];
const silent = { say: () => {}, begin: () => {}, detail: () => {}, end: () => {} };
let ids = 0;

/** A person with the tool, until it is killed after `killAfter` writes. */
export function createOperator(
  world: FakeWorld,
  options: { name?: string; killAfter?: number; onWrite?: (api: Api) => void; clockAheadMs?: number } = {},
) {
  const { aws, writes } = fakeAws(world, options);
  const session: Session = {
    target: world.target,
    aws,
    ask: ({ host, headers }) => {
      const colour = colours.find((each) => testHeader(each) === headers[colourHeader]) ?? 'no colour';
      const service = `${host.split('.')[0] ?? ''}-${colour}`;
      const digest = digestIn(world, world.services.get(service)?.taskDefinition ?? '');
      const bad = world.behaviours.get(digest) === 'fails its smoke test' || healthyIn(world, service) === 0;
      return Promise.resolve(bad ? { status: 500, body: 'broken' } : { status: 200, body: '' });
    },
    progress: silent,
    operator: options.name ?? 'alice',
    now: () => new Date(world.at + (options.clockAheadMs ?? 0)),
    sleep: (ms) => {
      world.at += ms;
      return Promise.resolve();
    },
    newId: () => `run-${++ids}`,
    pollMs: 3000,
    patienceMs: 60_000,
    signal: new AbortController().signal,
  };
  return {
    session,
    writes,
    apis: () => writes.map(({ api }) => api),
    deploy: (commit: string) =>
      deploy(session, {
        verb: world.target.environment.name === 'production' ? 'promote' : 'deploy-staging',
        release: releaseName(commit, new Date(world.at)),
        by: session.operator,
        commit,
        images: Object.fromEntries(imageNames.map((image) => [image, digestFor(image, commit)])),
        planHash: null,
        bakeSeconds: 60,
      }),
    rollback: (how: { force?: boolean; warm?: boolean } = {}) =>
      rollback(session, { by: session.operator, force: how.force ?? false, warm: how.warm ?? false }),
  };
}

/** The ledger's events, as `event release-commit`. */
export const ledgerOf = (world: FakeWorld): readonly string[] =>
  [...world.items.values()]
    .filter(({ kind }) => kind === 'ledger')
    .sort((a, b) => (String(a['entry']) < String(b['entry']) ? -1 : 1))
    .map((item) => {
      const event = ledgerEvent.parse(item);
      return `${event.event} ${event.release.split('-').at(-1)?.[0] ?? ''}`;
    });

/** By service: the live colour and the first letter of the commit that it runs; `parted` when traffic is. */
export async function liveIn(world: FakeWorld): Promise<Readonly<Record<string, string>>> {
  const { services } = await readState(fakeAws(world).aws, world.target);
  return Object.fromEntries(
    services.map((state) => {
      const colour = liveColour(state);
      const digest =
        colour &&
        digestIn(world, world.services.get(`${state.service.name}-${colour}`)?.taskDefinition ?? '');
      return [state.service.name, colour === null ? 'parted' : `${colour} ${digest?.at(-1) ?? ''}`];
    }),
  );
}

/** What `liveIn` tells when every service runs one commit on one colour. */
export const allOn = (colour: Colour, commit: string): Readonly<Record<string, string>> => ({
  'prediction-api': `${colour} ${commit}`,
  backend: `${colour} ${commit}`,
  workers: `${colour} ${commit}`,
});

/** Every service that traffic goes to where nobody healthy answers. */
export function unanswered(world: FakeWorld): readonly string[] {
  const { short } = world.target.environment;
  return world.target.services
    .filter(({ kind }) => kind === 'http')
    .flatMap(({ name }) =>
      colours
        .filter((colour) => (world.weights.get(`rule/${name}`)?.get(groupArn(short, name, colour)) ?? 0) > 0)
        .filter((colour) => healthyIn(world, `${name}-${colour}`) === 0)
        .map((colour) => `${name} on ${colour}`),
    );
}

/** What the guard does when an alarm rings: core's `releaseBake` tells it where to. */
export function guardReverts(world: FakeWorld, service: string, release: string, from: Colour): void {
  const { short, name } = world.target.environment;
  world.weights.set(
    `rule/${service}`,
    new Map([
      [groupArn(short, service, from), 100],
      [groupArn(short, service, otherColour(from)), 0],
    ]),
  );
  const at = new Date(world.at).toISOString();
  world.parameters.set(
    `/foretell/${name}/${service}/bake`,
    JSON.stringify({ state: 'reverted', release, at, alarm: 'errors', live: from }),
  );
}

export const openRelease = (world: FakeWorld) =>
  viewLedger(
    [...world.items.values()]
      .filter(({ kind }) => kind === 'ledger')
      .sort((a, b) => (String(a['entry']) < String(b['entry']) ? -1 : 1))
      .map((item) => ledgerEvent.parse(item)),
  ).open;
