import { unreleased } from '../environments.ts';
import {
  eachOf,
  isObject,
  listOf,
  unless,
  type Json,
  type JsonObject,
  textOf,
  type Policy,
} from './resource.ts';

export const logRetentionPolicy: Policy = {
  name: 'log retention',
  rule: 'Every log is kept, and for a stated time',
  check: eachOf(['aws_cloudwatch_log_group'], ({ values }) =>
    unless(Number(values['retention_in_days']) > 0, 'keeps its lines without end'),
  ),
};

function containersOf(value: Json | undefined): readonly JsonObject[] {
  if (typeof value !== 'string' || !value.startsWith('[')) return [];
  // Container definitions are a JSON list by ECS's contract.
  return listOf(JSON.parse(value) as Json).filter(isObject);
}

const isPinned = (image: Json | undefined) => /@sha256:[0-9a-f]{64}$/.test(textOf(image));

export const imagePolicy: Policy = {
  name: 'images',
  rule: 'Whatever runs names its image by a digest that exists',
  check: (resources) => [
    ...eachOf(['aws_ecs_task_definition'], ({ values }) =>
      containersOf(values['container_definitions']).flatMap((container) =>
        unless(
          isPinned(container['image']),
          `the image ${textOf(container['image'])} is not named by its digest`,
        ),
      ),
    )(resources),
    ...eachOf(['aws_lambda_function'], ({ values }) =>
      values['package_type'] === 'Image'
        ? unless(isPinned(values['image_uri']), 'its image is not named by its digest')
        : [],
    )(resources),
  ],
};

/** For plans only: templates may name the image of no release, what is started may not. */
export const releasedImagePolicy: Policy = {
  name: 'released images',
  rule: 'Nothing is started from an image that was never pushed',
  check: (resources) => [
    ...eachOf(['aws_lambda_function'], ({ values }) =>
      unless(
        !textOf(values['image_uri']).includes(unreleased),
        'starts from no image: push one, and put its digest into environments.ts',
      ),
    )(resources),
    ...eachOf(['aws_elastic_beanstalk_application_version'], ({ values }) =>
      unless(
        !textOf(values['description']).includes(unreleased),
        'holds no image: push one, and put its digest into environments.ts',
      ),
    )(resources),
  ],
};

const secretName = /PASSWORD|SECRET|TOKEN|PRIVATE_KEY|CREDENTIAL/;

export const plainSecretPolicy: Policy = {
  name: 'secrets',
  rule: 'No secret is written into a task, a function or a plan',
  check: (resources) => [
    ...eachOf(['aws_ecs_task_definition'], ({ values }) =>
      containersOf(values['container_definitions']).flatMap((container) =>
        listOf(container['environment'])
          .filter(isObject)
          .filter(({ name }) => secretName.test(textOf(name)))
          .map(({ name }) => `${textOf(name)} is given in plain`),
      ),
    )(resources),
    ...eachOf(['aws_lambda_function'], ({ values }) =>
      listOf(values['environment'])
        .filter(isObject)
        .flatMap(({ variables }) => (isObject(variables) ? Object.keys(variables) : []))
        .filter((name) => secretName.test(name))
        .map((name) => `${name} is given in plain`),
    )(resources),
    ...eachOf(['aws_db_instance'], ({ values }) =>
      unless(values['password'] === undefined || values['password'] === null, 'its password is in the plan'),
    )(resources),
  ],
};

const requiredTags = ['project', 'environment', 'stack', 'managed-by'];

/** The provider puts its default tags on everything it makes. */
export function missingTags(provider: JsonObject): readonly string[] {
  const tags = listOf(provider['default_tags'])
    .filter(isObject)
    .flatMap((entry) => (isObject(entry['tags']) ? Object.keys(entry['tags']) : []));
  return requiredTags.filter((tag) => !tags.includes(tag));
}
