import {
  ConflictException,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  GetUsagePlanKeyCommand,
  LimitExceededException,
  NotFoundException,
  paginateGetApiKeys,
  paginateGetUsagePlans,
  TooManyRequestsException,
  type APIGatewayClient,
} from '@aws-sdk/client-api-gateway';
import { DomainError } from '@foretell/core/domain/errors';

/** Which keys API Gateway lets through to the public API. It knows a key by our id of it, as its name. */
export interface GatewayKeys {
  /** Once it resolves, the gateway takes `value` (20 to 128 characters). Safe to repeat. Throws `unavailable`. */
  admit(id: string, value: string): Promise<void>;
  /** Of a key that is not there: nothing. */
  remove(id: string): Promise<void>;
}

const retryAfterSeconds = 5;

/** What the caller can do nothing about but wait, in words; anything else is a fault of ours, as it is. */
function asUnavailable(error: unknown): unknown {
  if (error instanceof TooManyRequestsException)
    return new DomainError('unavailable', 'API Gateway makes only a few keys a second. Try again soon.', {
      cause: error,
      retryAfterSeconds,
    });
  if (error instanceof LimitExceededException)
    return new DomainError('unavailable', `API Gateway makes no more keys: ${error.message}`, {
      cause: error,
    });
  const answered = error instanceof Error && '$response' in error && error.$response !== undefined;
  const failed = error instanceof Error && '$fault' in error && error.$fault === 'server';
  if (error instanceof DomainError || (answered && !failed)) return error;
  return new DomainError(
    'unavailable',
    'API Gateway does not answer, so no key can be made. Try again soon.',
    {
      cause: error,
      retryAfterSeconds,
    },
  );
}

/** Keys on the usage plan of that name, whose limits API Gateway holds each of them to. */
export function createGatewayKeys(client: APIGatewayClient, usagePlan: string): GatewayKeys {
  async function planId(): Promise<string> {
    for await (const { items = [] } of paginateGetUsagePlans({ client, pageSize: 500 }, {})) {
      const id = items.find(({ name }) => name === usagePlan)?.id;
      if (id !== undefined) return id;
    }
    throw new DomainError('unavailable', `API Gateway has no usage plan ${usagePlan} (USAGE_PLAN) yet.`);
  }

  async function idsOf(nameQuery: string): Promise<string[]> {
    const ids: string[] = [];
    // What it answers begin with the name; a UUID begins no other.
    for await (const { items = [] } of paginateGetApiKeys({ client }, { nameQuery, includeValues: false }))
      for (const { id, name } of items) if (name === nameQuery && id !== undefined) ids.push(id);
    return ids;
  }

  async function create(name: string, value: string): Promise<string | undefined> {
    try {
      const description = `A key of Foretell on ${usagePlan}`;
      return (await client.send(new CreateApiKeyCommand({ name, value, description, enabled: true }))).id;
    } catch (error) {
      // Values are unique, and ours are random: an attempt before this one made it, and its answer was lost.
      if (!(error instanceof ConflictException)) throw error;
      return (await idsOf(name))[0];
    }
  }

  async function join(usagePlanId: string, keyId: string | undefined): Promise<void> {
    try {
      await client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
    } catch (error) {
      if (!(error instanceof ConflictException)) throw error;
      await client.send(new GetUsagePlanKeyCommand({ usagePlanId, keyId }));
    }
  }

  return {
    async admit(id, value) {
      try {
        const usagePlanId = await planId();
        await join(usagePlanId, await create(id, value));
      } catch (error) {
        throw asUnavailable(error);
      }
    },
    async remove(id) {
      for (const apiKey of await idsOf(id))
        try {
          await client.send(new DeleteApiKeyCommand({ apiKey }));
        } catch (error) {
          if (!(error instanceof NotFoundException)) throw error;
        }
    },
  };
}
