import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { releasesTableName } from '@foretell/core/contracts/release-names';
import { releaseLock, type ReleaseLock } from '@foretell/core/contracts/releases-table';
import type { Aws, InputOf } from './aws-calls.ts';
import { ReleaseError } from './errors.ts';

/** A holder that has not renewed for so long is dead: every step renews, and so does every look while it waits. */
const staleAfterMs = 120_000;

const key = marshall({ kind: 'lock', entry: 'lock' });

export const lockPut = (
  environment: string,
  lock: ReleaseLock,
  staleBefore: string | null,
): InputOf<'dynamodb:PutItem'> => ({
  TableName: releasesTableName(environment),
  Item: { ...marshall(lock), ...key },
  ...(staleBefore === null
    ? {}
    : {
        ConditionExpression: 'attribute_not_exists(#kind) OR #renewed < :stale',
        ExpressionAttributeNames: { '#kind': 'kind', '#renewed': 'renewedAt' },
        ExpressionAttributeValues: { ':stale': { S: staleBefore } },
      }),
});

export async function readLock(aws: Aws, environment: string): Promise<ReleaseLock | null> {
  const { Item } = await aws('dynamodb:GetItem', {
    TableName: releasesTableName(environment),
    Key: key,
    ConsistentRead: true,
  });
  return Item ? releaseLock.parse(unmarshall(Item)) : null;
}

const minutes = (ms: number): string =>
  ms < 90_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;

/** Who holds it, for what, since when, and whether it is alive. */
export function describeLock({ owner, verb, takenAt, renewedAt }: ReleaseLock, at: Date): string {
  const [age, silent] = [at.getTime() - Date.parse(takenAt), at.getTime() - Date.parse(renewedAt)];
  return `${owner} (${verb}), taken ${minutes(age)} ago, last renewed ${minutes(silent)} ago${silent > staleAfterMs ? ': stale' : ''}`;
}

export interface LockRequest {
  readonly environment: string;
  readonly id: string;
  readonly owner: string;
  readonly verb: string;
  /** Though another holds it. */
  readonly force: boolean;
}

export interface HeldLock {
  /** Ends the release when the lock is no longer ours. */
  renew(): Promise<void>;
  release(): Promise<void>;
}

const lost = (error: unknown): boolean => error instanceof ConditionalCheckFailedException;

const heldBy = (id: string) => ({
  ExpressionAttributeNames: { '#id': 'id' },
  ExpressionAttributeValues: { ':id': { S: id } },
  ConditionExpression: '#id = :id',
});

/** Takes the environment's lock, or says who holds it. A stale one is taken over: `onTakeOver` is told whose it was. */
export async function takeLock(
  aws: Aws,
  { environment, id, owner, verb, force }: LockRequest,
  now: () => Date,
  onTakeOver: (whose: string) => void,
): Promise<HeldLock> {
  const at = now();
  const before = await readLock(aws, environment);
  const lock = { id, owner, verb, takenAt: at.toISOString(), renewedAt: at.toISOString() };
  try {
    await aws(
      'dynamodb:PutItem',
      lockPut(environment, lock, force ? null : new Date(at.getTime() - staleAfterMs).toISOString()),
    );
  } catch (error) {
    if (!lost(error)) throw error;
    const holder = await readLock(aws, environment);
    throw new ReleaseError(
      'locked',
      `${environment} is locked by ${holder ? describeLock(holder, now()) : 'another run'}. When that run is dead: make unlock ENV=${environment}`,
    );
  }
  if (before) onTakeOver(describeLock(before, at));
  const TableName = releasesTableName(environment);
  const ours = heldBy(id);
  return {
    async renew() {
      try {
        await aws('dynamodb:UpdateItem', {
          TableName,
          Key: key,
          UpdateExpression: 'SET #renewed = :now',
          ConditionExpression: ours.ConditionExpression,
          ExpressionAttributeNames: { ...ours.ExpressionAttributeNames, '#renewed': 'renewedAt' },
          ExpressionAttributeValues: {
            ...ours.ExpressionAttributeValues,
            ':now': { S: now().toISOString() },
          },
        });
      } catch (error) {
        if (!lost(error)) throw error;
        throw new ReleaseError(
          'lock-lost',
          `The lock of ${environment} was taken by another: this run stops where it is`,
        );
      }
    },
    async release() {
      try {
        await aws('dynamodb:DeleteItem', { TableName, Key: key, ...ours });
      } catch (error) {
        // Another has it: it is theirs to give back.
        if (!lost(error)) throw error;
      }
    },
  };
}

/** Takes away the lock of one run, and of no other that has taken it since. */
export async function breakLock(aws: Aws, environment: string, id: string): Promise<void> {
  try {
    await aws('dynamodb:DeleteItem', { TableName: releasesTableName(environment), Key: key, ...heldBy(id) });
  } catch (error) {
    if (!lost(error)) throw error;
    throw new ReleaseError('locked', `The lock of ${environment} has changed hands: nothing is taken away`);
  }
}
