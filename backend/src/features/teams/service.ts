import { DomainError } from '@foretell/core/domain/errors';
import { newId } from '@foretell/core/node/new-id';
import { In } from 'typeorm';
import type { Database, Transaction } from '../../db/database.ts';
import { isDuplicate } from '../../db/is-duplicate.ts';
import { memberships, teamMembers, teams, type TeamRow } from '../../db/people.ts';
import { insertRows, pageOf, type PageRequest } from '../../db/rows.ts';
import type { Caller } from '../../http/route.ts';
import { auditBy } from '../audit/audit-by.ts';
import { owned } from '../owned.ts';

/** Named groups of a workspace's members. */
export function createTeamService(database: Database) {
  async function show(rows: TeamRow[]) {
    const inTeams = await database.read.findBy(teamMembers, { team: In(rows.map(({ id }) => id)) });
    return rows.map(({ id, name, createdAt }) => ({
      id,
      name,
      createdAt,
      members: inTeams.filter(({ team }) => team === id).map(({ user }) => user),
    }));
  }

  async function change(
    caller: Caller,
    id: string,
    action: string,
    detail: Record<string, unknown>,
    work: (tx: Transaction) => Promise<unknown>,
  ): Promise<void> {
    const { workspace } = caller;
    await database.write(async (tx) => {
      owned(await tx.findOneBy(teams, { id }), workspace, 'team');
      await work(tx);
      await auditBy(tx, caller, action, `team ${id}`, detail);
    });
  }

  return {
    async list({ workspace }: Caller, request: PageRequest) {
      const { items, nextCursor } = await pageOf(database.read, teams, { workspace }, request);
      return { items: await show(items), nextCursor };
    },

    async create(caller: Caller, name: string) {
      const { workspace } = caller;
      const row: TeamRow = { id: newId(), workspace, name, createdAt: new Date().toISOString() };
      try {
        await database.write(async (tx) => {
          await insertRows(tx, teams, row);
          await auditBy(tx, caller, 'team.created', `team ${row.id}`, { name });
        });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        throw new DomainError('conflict', `There is a team ${name} already.`, { cause: error });
      }
      return { id: row.id, name, createdAt: row.createdAt, members: [] };
    },

    remove: (caller: Caller, id: string) =>
      change(caller, id, 'team.removed', {}, async (tx) => {
        await tx.delete(teamMembers, { team: id });
        await tx.delete(teams, { id });
      }),

    addMember: (caller: Caller, id: string, user: string) =>
      change(caller, id, 'team.member-added', { user }, async (tx) => {
        const { workspace } = caller;
        owned(await tx.findOneBy(memberships, { workspace, user }), workspace, 'member');
        if (await tx.existsBy(teamMembers, { team: id, user })) return;
        await insertRows(tx, teamMembers, {
          team: id,
          user,
          workspace,
          createdAt: new Date().toISOString(),
        });
      }),

    removeMember: (caller: Caller, id: string, user: string) =>
      change(caller, id, 'team.member-removed', { user }, async (tx) => {
        owned(await tx.findOneBy(teamMembers, { team: id, user }), caller.workspace, 'member of the team');
        await tx.delete(teamMembers, { team: id, user });
      }),
  };
}
export type TeamService = ReturnType<typeof createTeamService>;
