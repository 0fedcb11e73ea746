import type { Role } from '@foretell/core/contracts/control-api/accounts';
import { DomainError } from '@foretell/core/domain/errors';
import { newId } from '@foretell/core/node/new-id';
import { newSecretToken, sha256Hex } from '@foretell/core/node/secret-token';
import { In, IsNull, MoreThan } from 'typeorm';
import type { Database, Transaction } from '../../db/database.ts';
import {
  invitations,
  memberships,
  sessions,
  teamMembers,
  users,
  workspaces,
  type InvitationRow,
  type MembershipRow,
} from '../../db/people.ts';
import { insertRows, lockRow, pageOf, updateRows, type PageRequest } from '../../db/rows.ts';
import type { Caller } from '../../http/route.ts';
import { auditBy } from '../audit/audit-by.ts';
import { owned } from '../owned.ts';
import { shownUser } from '../sessions/service.ts';

const invitationDays = 7;

const shownInvitation = ({ id, email, role, createdAt, expiresAt }: InvitationRow) => ({
  id,
  email,
  role,
  createdAt,
  expiresAt,
});

/** Who is in a workspace, in which role; a workspace always keeps an owner. */
export function createMemberService(database: Database, now: () => Date = () => new Date()) {
  async function show(rows: MembershipRow[]) {
    const found = await database.read.findBy(users, { id: In(rows.map(({ user }) => user)) });
    const byId = new Map(found.map((user) => [user.id, user]));
    const inTeams = await database.read.findBy(teamMembers, { user: In([...byId.keys()]) });
    return rows.flatMap((row) => {
      const user = byId.get(row.user);
      const teams = inTeams.filter((t) => t.user === row.user && t.workspace === row.workspace);
      return user ? [{ user: shownUser(user), role: row.role, teams: teams.map(({ team }) => team) }] : [];
    });
  }

  async function shownOne(row: MembershipRow) {
    const [member] = await show([row]);
    if (!member) throw new Error(`membership of ${row.user} without its user`);
    return member;
  }

  async function keepAnOwner(tx: Transaction, row: MembershipRow): Promise<void> {
    if (row.role !== 'owner') return;
    // Two owners who demote each other at once must not both count two.
    await lockRow(tx, workspaces, { id: row.workspace });
    const owners = await tx.countBy(memberships, { workspace: row.workspace, role: 'owner' });
    if (owners < 2)
      throw new DomainError('conflict', 'A workspace needs an owner: make somebody else one first.');
  }

  async function find(tx: Transaction, caller: Caller, user: string): Promise<MembershipRow> {
    return owned(
      await lockRow(tx, memberships, { workspace: caller.workspace, user }),
      caller.workspace,
      'member',
    );
  }

  async function invite(tx: Transaction, caller: Caller, email: string, role: Role) {
    const token = newSecretToken('fi');
    const at = now();
    const row: InvitationRow = {
      id: newId(),
      workspace: caller.workspace,
      email,
      role,
      tokenHash: sha256Hex(token),
      createdAt: at.toISOString(),
      expiresAt: new Date(at.getTime() + invitationDays * 86_400_000).toISOString(),
      acceptedAt: null,
    };
    await insertRows(tx, invitations, row);
    return { ...shownInvitation(row), token };
  }

  return {
    async list({ workspace }: Caller) {
      const rows = await database.read.find(memberships, {
        where: { workspace },
        order: { createdAt: 'DESC' },
      });
      return { items: await show(rows), nextCursor: null };
    },

    async add(caller: Caller, { email, role }: { email: string; role: Role }) {
      const { workspace } = caller;
      const result = await database.write(async (tx) => {
        const user = await tx.findOneBy(users, { email });
        const subject = user ? `user ${user.id}` : 'an e-mail without an account';
        await auditBy(tx, caller, 'member.added', subject, { role });
        if (!user) return { row: null, invitation: await invite(tx, caller, email, role) };
        if (await tx.existsBy(memberships, { workspace, user: user.id }))
          throw new DomainError('conflict', `${email} is a member already.`);
        const row: MembershipRow = { workspace, user: user.id, role, createdAt: now().toISOString() };
        await insertRows(tx, memberships, row);
        return { row, invitation: null };
      });
      return { member: result.row && (await shownOne(result.row)), invitation: result.invitation };
    },

    async changeRole(caller: Caller, user: string, role: Role) {
      const row = await database.write(async (tx) => {
        const member = await find(tx, caller, user);
        if (role !== 'owner') await keepAnOwner(tx, member);
        await updateRows(tx, memberships, { workspace: caller.workspace, user }, { role });
        await auditBy(tx, caller, 'member.role-changed', `user ${user}`, { from: member.role, to: role });
        return { ...member, role };
      });
      return shownOne(row);
    },

    async remove(caller: Caller, user: string) {
      const { workspace } = caller;
      await database.write(async (tx) => {
        await keepAnOwner(tx, await find(tx, caller, user));
        await tx.delete(memberships, { workspace, user });
        await tx.delete(teamMembers, { workspace, user });
        await tx.delete(sessions, { workspace, user });
        await auditBy(tx, caller, 'member.removed', `user ${user}`);
      });
    },

    async listInvitations({ workspace }: Caller, request: PageRequest) {
      const open = { workspace, acceptedAt: IsNull(), expiresAt: MoreThan(now().toISOString()) };
      const { items, nextCursor } = await pageOf(database.read, invitations, open, request);
      return { items: items.map(shownInvitation), nextCursor };
    },

    async withdrawInvitation(caller: Caller, id: string) {
      await database.write(async (tx) => {
        owned(await tx.findOneBy(invitations, { id }), caller.workspace, 'invitation');
        await tx.delete(invitations, { id });
        await auditBy(tx, caller, 'invitation.withdrawn', `invitation ${id}`);
      });
    },
  };
}
export type MemberService = ReturnType<typeof createMemberService>;
