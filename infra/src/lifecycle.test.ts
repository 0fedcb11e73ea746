import {
  featureSetKeys,
  modelVersionKeys,
  onlineFeaturesKeys,
  recordsKey,
  servingManifestKey,
  stagingKeys,
  trainingSetKeys,
  unloadKeys,
} from '@foretell/core/domain/lake-keys';
import { blocks, textOf } from './policies/resource.ts';
import { synthesized } from './testing/synthesized.ts';

const stacks = synthesized();
const resources = (stack: string, type: string) =>
  stacks.find(({ name }) => name === stack)!.resources.filter((resource) => resource.type === type);
const [lifecycle] = resources('data-production', 'aws_s3_bucket_lifecycle_configuration').filter(
  ({ address }) => address.includes('.lake_'),
);
/** Days after which the object itself goes, or null: it stays. */
function expiryOf(key: string): number | null {
  const days = blocks(lifecycle!.values, 'rule')
    .filter((rule) => blocks(rule, 'filter').every(({ prefix }) => key.startsWith(textOf(prefix))))
    .flatMap((rule) => blocks(rule, 'expiration').map((expiration) => Number(expiration['days'])));
  return days.length === 0 ? null : Math.min(...days);
}

test.each([
  servingManifestKey,
  recordsKey('w', 'd', '2026-01-01', 'b'),
  featureSetKeys('w', 'd', 1).manifest,
  trainingSetKeys('w', 'm', 1).manifest,
  modelVersionKeys('w', 'm', 1).model,
  onlineFeaturesKeys('w', 'm', 1).values,
])('%s stays in the lake', (key) => {
  expect(expiryOf(key)).toBeNull();
});

test('what is staged for Redshift, and by it, goes after a week', () => {
  expect(expiryOf(stagingKeys('metric_events', 'l').data)).toBe(7);
  expect(expiryOf(unloadKeys('w', 'd', 'j', 's').manifest)).toBe(7);
});

test('what Terraform itself put into the lake is never expired under it', () => {
  const runners = resources('spark-production', 'aws_s3_object').map(({ values }) => textOf(values['key']));
  expect(runners).toHaveLength(1);
  expect(runners.map(expiryOf)).toEqual([null]);
  expect(expiryOf('spark/logs/applications/a/jobs/j/SPARK_DRIVER/stderr.gz')).toBe(30);
});
