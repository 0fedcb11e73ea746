import { z } from 'zod';
import { id, name, timestamp } from '../primitives.ts';

export const role = z.enum(['owner', 'editor', 'viewer']);
export type Role = z.output<typeof role>;

export const email = z.email().max(254).toLowerCase();
const password = z.string().min(12, 'at least 12 characters').max(200);

/** `workspace` names the new workspace; with an `invitation` it may be left out: the user joins the inviting one. */
export const signupRequest = z
  .strictObject({ email, password, workspace: name.optional(), invitation: z.string().max(200).optional() })
  .refine((body) => body.workspace !== undefined || body.invitation !== undefined, {
    message: 'name the workspace, or give an invitation',
    path: ['workspace'],
  })
  .meta({ id: 'SignupRequest' });
export const sessionRequest = z
  .strictObject({ email, password: z.string().max(200) })
  .meta({ id: 'SessionRequest' });
export const user = z.object({ id, email: z.string(), createdAt: timestamp }).meta({ id: 'User' });
export const workspace = z
  .object({ id, name: z.string(), role, createdAt: timestamp })
  .meta({ id: 'Workspace' });
export const sessionResponse = z.object({ token: z.string(), user, workspace }).meta({ id: 'Session' });

export const workspaceRequest = z.strictObject({ name }).meta({ id: 'WorkspaceRequest' });
/** `publicUrl` is where predictions are asked for. */
export const me = z
  .object({ user, workspace, workspaces: z.array(workspace), publicUrl: z.string() })
  .meta({ id: 'Me' });
