import { z } from 'zod';

export const colour = z.enum(['blue', 'green']);
export type Colour = z.output<typeof colour>;

/**
 * What the release tool writes to the SSM parameter `/foretell/<environment>/<service>/bake` when it has moved traffic,
 * so that the guard can move it back without it. Terraform creates the parameter as `idle`; the guard leaves `reverted`.
 */
export const releaseBake = z.discriminatedUnion('state', [
  z.object({ state: z.literal('idle') }),
  z.object({
    state: z.literal('baking'),
    /** The release being watched. */
    release: z.string().min(1),
    /** Until then an alarm takes the traffic back. */
    until: z.iso.datetime({ offset: true }),
    from: colour,
    to: colour,
  }),
  z.object({
    state: z.literal('reverted'),
    release: z.string().min(1),
    at: z.iso.datetime({ offset: true }),
    alarm: z.string(),
    /** The colour that traffic went back to. */
    live: colour,
  }),
]);
export type ReleaseBake = z.output<typeof releaseBake>;
