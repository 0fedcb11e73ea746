import { newId } from '@foretell/core/node/new-id';
import { newSecretToken, sha256Hex } from '@foretell/core/node/secret-token';
import { MoreThan } from 'typeorm';
import type { Database, Transaction } from '../../db/database.ts';
import {
  memberships,
  sessions,
  users,
  workspaces,
  type MembershipRow,
  type SessionRow,
  type UserRow,
  type WorkspaceRow,
} from '../../db/people.ts';
import { insertRows } from '../../db/rows.ts';

const sessionDays = 30;

export interface Place {
  session: SessionRow;
  user: UserRow;
  membership: MembershipRow;
}

/** Makes a session in `tx` and answers its token, which is kept nowhere. */
export async function openSession(
  tx: Transaction,
  user: string,
  workspace: string,
  now: Date,
): Promise<string> {
  const token = newSecretToken('fs');
  await insertRows(tx, sessions, {
    id: newId(),
    tokenHash: sha256Hex(token),
    user,
    workspace,
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + sessionDays * 86_400_000).toISOString(),
  });
  return token;
}

export function createSessionStore(database: Database) {
  return {
    findUser: (email: string): Promise<UserRow | null> => database.read.findOneBy(users, { email }),

    /** Null when the token is of no session, of an expired one, or of somebody who is no member any more. */
    async findPlace(token: string, now: Date): Promise<Place | null> {
      const tokenHash = sha256Hex(token);
      const session = await database.read.findOneBy(sessions, {
        tokenHash,
        expiresAt: MoreThan(now.toISOString()),
      });
      if (!session) return null;
      const membership = await database.read.findOneBy(memberships, {
        workspace: session.workspace,
        user: session.user,
      });
      const user = await database.read.findOneBy(users, { id: session.user });
      return membership && user ? { session, membership, user } : null;
    },

    /** The workspaces of a user, the first joined first. */
    async findWorkspaces(user: string): Promise<{ membership: MembershipRow; workspace: WorkspaceRow }[]> {
      const joined = await database.read.find(memberships, { where: { user }, order: { createdAt: 'ASC' } });
      const places = joined.map(async (membership) => ({
        membership,
        workspace: await database.read.findOneByOrFail(workspaces, { id: membership.workspace }),
      }));
      return Promise.all(places);
    },

    close: (id: string) =>
      database.write(async (tx) => {
        await tx.delete(sessions, { id });
      }),
  };
}
