import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { isRevision } from './revision.ts';

const revision = (container: object): TaskDefinition => ({
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111111111111:task-definition/foretell-staging-backend:7',
  registeredBy: 'somebody',
  cpu: '512',
  containerDefinitions: [{ name: 'backend', image: 'backend@sha256:1', ...container }],
});
const wanted = {
  family: 'foretell-staging-backend',
  cpu: '512',
  containerDefinitions: [
    {
      image: 'backend@sha256:1',
      name: 'backend',
      command: ['node', 'main.ts'],
      environment: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
    },
  ],
};

test('a revision whose variables ECS tells in another order is the same', () => {
  const environment = [
    { value: '2', name: 'B' },
    { value: '1', name: 'A' },
  ];
  expect(isRevision(revision({ command: ['node', 'main.ts'], environment }), wanted)).toBe(true);
});

test.each([
  ['value of a variable', { command: ['node', 'main.ts'], environment: [{ name: 'A', value: '2' }] }],
  ['order of a command', { ...wanted.containerDefinitions[0], command: ['main.ts', 'node'] }],
])('a revision with another %s is another', (_, container) => {
  expect(isRevision(revision(container), wanted)).toBe(false);
});
