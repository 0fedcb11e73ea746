import type { signupRequest } from '@foretell/core/contracts/control-api/accounts';
import { DomainError } from '@foretell/core/domain/errors';
import { newId } from '@foretell/core/node/new-id';
import { sha256Hex } from '@foretell/core/node/secret-token';
import { IsNull, MoreThan } from 'typeorm';
import type { z } from 'zod';
import type { Database, Transaction } from '../../db/database.ts';
import { isDuplicate } from '../../db/is-duplicate.ts';
import {
  invitations,
  memberships,
  users,
  workspaces,
  type InvitationRow,
  type MembershipRow,
  type UserRow,
} from '../../db/people.ts';
import { recordAudit } from '../../db/record-audit.ts';
import { insertRows, updateRows } from '../../db/rows.ts';
import { hashPassword } from './password.ts';
import { openSession } from './store.ts';

type SignUp = z.output<typeof signupRequest>;

export interface SignedUp {
  token: string;
  user: UserRow;
  workspace: string;
}

async function acceptInvitation(
  tx: Transaction,
  token: string,
  email: string,
  at: string,
): Promise<InvitationRow> {
  const where = { tokenHash: sha256Hex(token), acceptedAt: IsNull(), expiresAt: MoreThan(at) };
  const row = await tx.findOneBy(invitations, where);
  if (row?.email !== email || (await updateRows(tx, invitations, where, { acceptedAt: at })) !== 1) {
    const detail = 'There is no open invitation with this token for this e-mail.';
    throw new DomainError('invalid', detail, {
      problems: [{ field: 'invitation', code: 'not_found', detail }],
    });
  }
  return row;
}

/** Makes a workspace whose owner is `user`. */
export async function addWorkspace(
  tx: Transaction,
  user: string,
  name: string,
  createdAt: string,
): Promise<MembershipRow> {
  const workspace = newId();
  const membership = { workspace, user, role: 'owner' as const, createdAt };
  await insertRows(tx, workspaces, { id: workspace, name, createdAt });
  await insertRows(tx, memberships, membership);
  await recordAudit(tx, {
    workspace,
    actor: user,
    action: 'workspace.created',
    subject: `workspace ${workspace}`,
  });
  return membership;
}

async function addUser(tx: Transaction, body: SignUp, passwordHash: string, now: Date): Promise<SignedUp> {
  const at = now.toISOString();
  const user: UserRow = { id: newId(), email: body.email, passwordHash, createdAt: at };
  await insertRows(tx, users, user);
  const joined: string[] = [];
  if (body.invitation !== undefined) {
    const { workspace, role } = await acceptInvitation(tx, body.invitation, body.email, at);
    await insertRows(tx, memberships, { workspace, user: user.id, role, createdAt: at });
    await recordAudit(tx, { workspace, actor: user.id, action: 'member.joined', subject: `user ${user.id}` });
    joined.push(workspace);
  }
  if (body.workspace !== undefined)
    joined.push((await addWorkspace(tx, user.id, body.workspace, at)).workspace);
  const [workspace] = joined;
  if (workspace === undefined) throw new DomainError('invalid', 'Name the workspace, or give an invitation.');
  return { token: await openSession(tx, user.id, workspace, now), user, workspace };
}

export async function signUp(database: Database, body: SignUp, now: Date): Promise<SignedUp> {
  const passwordHash = await hashPassword(body.password);
  try {
    return await database.write((tx) => addUser(tx, body, passwordHash, now));
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw new DomainError('conflict', 'There is an account with this e-mail already: sign in.', {
      cause: error,
      problems: [{ field: 'email', code: 'taken', detail: 'has an account already' }],
    });
  }
}
