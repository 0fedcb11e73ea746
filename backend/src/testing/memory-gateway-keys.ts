import type { GatewayKeys } from '../features/api-keys/gateway-keys.ts';

/** API Gateway's keys for tests without AWS: what it would let through, by our ids. */
export function createMemoryGatewayKeys(): GatewayKeys & { values: ReadonlyMap<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    admit(id, value) {
      values.set(id, value);
      return Promise.resolve();
    },
    remove(id) {
      values.delete(id);
      return Promise.resolve();
    },
  };
}
