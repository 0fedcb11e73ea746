import { randomBytes } from 'node:crypto';
import { sha256Hex } from '@foretell/core/node/secret-token';

/**
 * `fk_<selector>_<secret>`: the selector finds the key, the secret proves it. Hex, so that neither holds an underscore.
 * `verifier` is all that is kept of the secret.
 */
export function newApiKey() {
  const selector = randomBytes(8).toString('hex');
  const secret = randomBytes(32).toString('hex');
  return { key: `fk_${selector}_${secret}`, selector, verifier: sha256Hex(secret) };
}
