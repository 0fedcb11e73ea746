import { z } from 'zod';
import { id, name, timestamp } from '../primitives.ts';
import { email, role, user } from './accounts.ts';

export const team = z
  .object({ id, name: z.string(), members: z.array(id), createdAt: timestamp })
  .meta({ id: 'Team' });
export const teamRequest = z.strictObject({ name }).meta({ id: 'TeamRequest' });
export const member = z.object({ user, role, teams: z.array(id) }).meta({ id: 'Member' });
export const memberRequest = z.strictObject({ email, role }).meta({ id: 'MemberRequest' });
export const memberChange = z.strictObject({ role }).meta({ id: 'MemberChange' });
export const invitation = z
  .object({ id, email: z.string(), role, createdAt: timestamp, expiresAt: timestamp })
  .meta({ id: 'Invitation' });
/**
 * An e-mail that has an account is a member at once. Any other gets an invitation: `token`, shown this once, goes to the
 * person, who signs up with it.
 */
export const memberAdded = z
  .object({ member: member.nullable(), invitation: invitation.extend({ token: z.string() }).nullable() })
  .meta({ id: 'MemberAdded' });
