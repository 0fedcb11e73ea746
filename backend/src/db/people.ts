import type { Role } from '@foretell/core/contracts/control-api/accounts';
import { column, table } from './columns.ts';

const { id, ref, instant, string, optional } = column;

export interface WorkspaceRow {
  id: string;
  name: string;
  createdAt: string;
}
export const workspaces = table<WorkspaceRow>('workspaces', { id, name: string(120), createdAt: instant });

export interface UserRow {
  id: string;
  /** Lower case. */
  email: string;
  passwordHash: string;
  createdAt: string;
}
export const users = table<UserRow>('users', {
  id,
  email: string(254),
  passwordHash: string(255),
  createdAt: instant,
});

export interface MembershipRow {
  workspace: string;
  user: string;
  role: Role;
  createdAt: string;
}
export const memberships = table<MembershipRow>('memberships', {
  workspace: id,
  user: id,
  role: string(16),
  createdAt: instant,
});

/** A place in a workspace for whoever signs up with the token; only its SHA-256 is kept. */
export interface InvitationRow {
  id: string;
  workspace: string;
  email: string;
  role: Role;
  tokenHash: string;
  createdAt: string;
  expiresAt: string;
  acceptedAt: string | null;
}
export const invitations = table<InvitationRow>('invitations', {
  id,
  workspace: ref,
  email: string(254),
  role: string(16),
  tokenHash: string(64),
  createdAt: instant,
  expiresAt: instant,
  acceptedAt: optional(instant),
});

/** A signed-in user in one workspace. Only the SHA-256 of the bearer token is kept. */
export interface SessionRow {
  id: string;
  tokenHash: string;
  user: string;
  workspace: string;
  createdAt: string;
  expiresAt: string;
}
export const sessions = table<SessionRow>('sessions', {
  id,
  tokenHash: string(64),
  user: ref,
  workspace: ref,
  createdAt: instant,
  expiresAt: instant,
});

export interface TeamRow {
  id: string;
  workspace: string;
  name: string;
  createdAt: string;
}
export const teams = table<TeamRow>('teams', { id, workspace: ref, name: string(120), createdAt: instant });

export interface TeamMemberRow {
  team: string;
  user: string;
  workspace: string;
  createdAt: string;
}
export const teamMembers = table<TeamMemberRow>('team_members', {
  team: id,
  user: id,
  workspace: ref,
  createdAt: instant,
});
