import { createResources, type Resources } from '../resources.ts';
import { startMinistack } from './ministack.ts';

/** Ministack with the bucket, queues and tables, and nothing else: all that the data plane needs. */
export async function startAwsWithResources() {
  const ministack = await startMinistack();
  const resources: Resources = await createResources(ministack.endpoint);
  return {
    resources,
    environment: { ...ministack.environment, ...resources.environment },
    stop: () => ministack.stop(),
  };
}
