import { environments } from '@foretell/infra/environments';
import { targetOf } from './target.ts';

const { staging } = environments;
const releasedWith = (backend: Partial<typeof staging.services.backend>) =>
  targetOf({
    ...staging,
    services: { ...staging.services, backend: { ...staging.services.backend, ...backend } },
  }).services.map(({ name }) => name);

test('a service that is being moved back to ECS is released there before its traffic comes', () => {
  expect(releasedWith({ runtime: 'beanstalk', beside: 'ecs' })).toContain('backend');
});

test('a service that runs on Elastic Beanstalk alone is no part of a release', () => {
  expect(releasedWith({ runtime: 'beanstalk' })).toEqual(['prediction-api', 'workers']);
});
