import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Colour } from '@foretell/core/contracts/release-bake';
import { revisionFamily } from '@foretell/core/contracts/release-names';
import type { TargetService } from './target.ts';

/** What a revision takes over from Terraform's template: all that can be registered, but the family. */
const taken = [
  'taskRoleArn',
  'executionRoleArn',
  'networkMode',
  'containerDefinitions',
  'volumes',
  'placementConstraints',
  'requiresCompatibilities',
  'cpu',
  'memory',
  'pidMode',
  'ipcMode',
  'proxyConfiguration',
  'ephemeralStorage',
  'runtimePlatform',
  'enableFaultInjection',
] as const satisfies readonly (keyof TaskDefinition & keyof RegisterTaskDefinitionCommandInput)[];

const pick = (from: TaskDefinition | RegisterTaskDefinitionCommandInput) =>
  Object.fromEntries(taken.flatMap((field) => (from[field] === undefined ? [] : [[field, from[field]]])));

export interface RevisionOf {
  readonly environment: string;
  readonly service: TargetService;
  readonly template: TaskDefinition;
  /** `repository@sha256:…`. */
  readonly image: string;
  readonly colour: Colour;
  readonly commit: string;
}

/** Terraform's template with the release's image in it; workers are also told their colour. */
export function revisionOf(props: RevisionOf): RegisterTaskDefinitionCommandInput {
  const { environment, service, template, image, colour, commit } = props;
  const containers = template.containerDefinitions ?? [];
  if (!containers.some(({ name }) => name === service.name))
    throw new Error(`The template ${String(template.taskDefinitionArn)} has no container "${service.name}"`);
  return {
    ...pick(template),
    family: revisionFamily(environment, service.name),
    containerDefinitions: containers.map((container) =>
      container.name !== service.name
        ? container
        : {
            ...container,
            image,
            ...(service.kind === 'queue'
              ? {
                  environment: [
                    ...(container.environment ?? []).filter(({ name }) => name !== 'COLOUR'),
                    { name: 'COLOUR', value: colour },
                  ],
                }
              : {}),
          },
    ),
    tags: [
      { key: 'commit', value: commit },
      { key: 'template', value: template.taskDefinitionArn ?? '' },
    ],
  };
}

/** Keys in one order, at every depth, and lists of named things too: ECS does not promise theirs. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(sorted);
    return items.every((item) => typeof item === 'object')
      ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, of]) => of !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, of]) => [key, sorted(of)]),
  );
}
const text = (from: TaskDefinition | RegisterTaskDefinitionCommandInput) =>
  JSON.stringify(sorted(pick(from)));

/** True when a registered revision is what would be registered: there is no need of another. */
export const isRevision = (
  revision: TaskDefinition | null,
  wanted: RegisterTaskDefinitionCommandInput,
): revision is TaskDefinition & { taskDefinitionArn: string } =>
  revision?.taskDefinitionArn !== undefined && text(revision) === text(wanted);
