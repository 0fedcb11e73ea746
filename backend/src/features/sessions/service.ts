import type { sessionRequest, signupRequest } from '@foretell/core/contracts/control-api/accounts';
import { DomainError } from '@foretell/core/domain/errors';
import type { z } from 'zod';
import type { Database } from '../../db/database.ts';
import type { MembershipRow, UserRow, WorkspaceRow } from '../../db/people.ts';
import type { Caller } from '../../http/route.ts';
import { createLoginThrottle } from './login-throttle.ts';
import { passwordMatches } from './password.ts';
import { addWorkspace, signUp } from './sign-up.ts';
import { createSessionStore, openSession } from './store.ts';

export const shownUser = ({ id, email, createdAt }: UserRow | Caller['user']) => ({ id, email, createdAt });

const shownWorkspace = (membership: MembershipRow, { id, name, createdAt }: WorkspaceRow) => ({
  id,
  name,
  role: membership.role,
  createdAt,
});

/** Accounts, sessions and the workspaces a user can be in. */
export function createSessionService(database: Database, now: () => Date = () => new Date()) {
  const store = createSessionStore(database);
  const throttle = createLoginThrottle(database, now);

  async function workspacesOf(user: string) {
    const places = await store.findWorkspaces(user);
    return places.map(({ membership, workspace }) => shownWorkspace(membership, workspace));
  }

  async function placeIn(user: string, workspace: string) {
    const place = (await workspacesOf(user)).find(({ id }) => id === workspace);
    if (!place) throw new DomainError('not_found', 'There is no such workspace among yours.');
    return place;
  }

  async function sessionIn(user: UserRow | Caller['user'], workspace: string) {
    const place = await placeIn(user.id, workspace);
    const token = await database.write((tx) => openSession(tx, user.id, place.id, now()));
    return { token, user: shownUser(user), workspace: place };
  }

  return {
    workspacesOf,
    placeIn,

    async signUp(body: z.output<typeof signupRequest>) {
      const { token, user, workspace } = await signUp(database, body, now());
      return { token, user: shownUser(user), workspace: await placeIn(user.id, workspace) };
    },

    async signIn({ email, password }: z.output<typeof sessionRequest>) {
      await throttle.begin(email);
      const user = await store.findUser(email);
      if (!(await passwordMatches(user?.passwordHash ?? null, password)) || !user) {
        throw new DomainError('unauthenticated', 'The e-mail or the password is wrong.');
      }
      await throttle.succeeded(email);
      const [first] = await store.findWorkspaces(user.id);
      if (!first) throw new DomainError('forbidden', 'You are not a member of any workspace any more.');
      return sessionIn(user, first.workspace.id);
    },

    switchTo: (caller: Caller, workspace: string) => sessionIn(caller.user, workspace),
    signOut: (caller: Caller) => store.close(caller.session),

    async createWorkspace(caller: Caller, name: string) {
      const { workspace } = await database.write((tx) =>
        addWorkspace(tx, caller.user.id, name, now().toISOString()),
      );
      return placeIn(caller.user.id, workspace);
    },

    async authenticate(token: string): Promise<Caller> {
      const place = await store.findPlace(token, now());
      if (!place) throw new DomainError('unauthenticated', 'The session is over, or never was: sign in.');
      const { session, user, membership } = place;
      return {
        session: session.id,
        user: shownUser(user),
        workspace: membership.workspace,
        role: membership.role,
      };
    },
  };
}
export type SessionService = ReturnType<typeof createSessionService>;
