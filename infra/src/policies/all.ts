import { backupPolicy, deletionProtectionPolicy, preventDestroyPolicy } from './deletion.ts';
import { encryptionPolicy } from './encryption.ts';
import { iamPolicy } from './iam.ts';
import { imagePolicy, logRetentionPolicy, plainSecretPolicy, releasedImagePolicy } from './operations.ts';
import { publicAccessPolicy } from './public-access.ts';
import type { Policy } from './resource.ts';
import { tlsPolicy } from './tls.ts';

/** Asked of every environment, in what is synthesized and in what is planned. */
export const everywherePolicies: readonly Policy[] = [
  encryptionPolicy,
  publicAccessPolicy,
  iamPolicy,
  tlsPolicy,
  backupPolicy,
  logRetentionPolicy,
  imagePolicy,
  plainSecretPolicy,
];

/** Asked besides of an environment that holds real data, and of what the environments share. */
export const realDataPolicies: readonly Policy[] = [deletionProtectionPolicy];
/** Only Terraform's own configuration tells. */
export const synthesizedRealDataPolicies: readonly Policy[] = [preventDestroyPolicy];
/** Only a plan tells what would be started. */
export const planPolicies: readonly Policy[] = [releasedImagePolicy];
