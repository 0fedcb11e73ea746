import { liveRelease, shortCommit, shortDigest, viewLedger } from './ledger.ts';
import { revisionOf } from './revision.ts';
import { digestOf, liveColour, type EnvironmentState, type ServiceState } from './state.ts';
import type { Target } from './target.ts';

type Container = NonNullable<NonNullable<ServiceState['template']['containerDefinitions']>[number]>;

/** Names only: a value may say more than a terminal should. */
function changedVariables(before: Container | undefined, after: Container | undefined): readonly string[] {
  const named = (of: Container | undefined) =>
    new Map([
      ...(of?.environment ?? []).map(({ name = '', value = '' }) => [name, value] as const),
      ...(of?.secrets ?? []).map(({ name = '', valueFrom = '' }) => [name, `secret ${valueFrom}`] as const),
    ]);
  const [old, young] = [named(before), named(after)];
  const names = [...new Set([...old.keys(), ...young.keys()])].filter((name) => name !== 'COLOUR').sort();
  return names.flatMap((name) => {
    if (!old.has(name)) return [`+ ${name}`];
    if (!young.has(name)) return [`- ${name}`];
    return old.get(name) === young.get(name) ? [] : [`~ ${name}`];
  });
}

/** What a release of a commit would change of what is live, a line each. `between` tells the commits from one to another. */
export function diffRelease(
  target: Target,
  state: EnvironmentState,
  { commit, images }: { readonly commit: string; readonly images: Readonly<Record<string, string>> },
  between: (from: string, to: string) => readonly string[],
): readonly string[] {
  const live = liveRelease(viewLedger(state.ledger));
  const services = state.services.flatMap((service) => {
    const { name } = service.service;
    const colour = liveColour(service) ?? 'blue';
    const { revision } = service.colours[colour];
    const [before, after] = [digestOf(service, service.colours[colour]), images[name] ?? ''];
    const image = `${state.repositories[name] ?? ''}@${after}`;
    const wanted = revisionOf({
      environment: target.environment.name,
      service: service.service,
      template: service.template,
      image,
      colour,
      commit,
    });
    const container = (of: typeof revision) => of?.containerDefinitions?.find((each) => each.name === name);
    const settings = (['cpu', 'memory'] as const).flatMap((field) =>
      revision && revision[field] !== wanted[field]
        ? [`~ ${field} ${revision[field] ?? ''} -> ${wanted[field] ?? ''}`]
        : [],
    );
    const lines = [
      ...(before === after
        ? []
        : [`image ${before === null ? 'none' : shortDigest(before)} -> ${shortDigest(after)}`]),
      ...settings,
      ...(revision
        ? changedVariables(
            container(revision),
            wanted.containerDefinitions?.find((each) => each.name === name),
          )
        : []),
    ];
    return lines.map((line) => `${name}: ${line}`);
  });
  if (!live || live.commit === commit) return services;
  return [
    `commits since ${shortCommit(live.commit)}:`,
    ...between(live.commit, commit).map((line) => `  ${line}`),
    ...services,
  ];
}
