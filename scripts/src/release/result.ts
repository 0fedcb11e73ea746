import { colour } from '@foretell/core/contracts/release-bake';
import { z } from 'zod';
import { exitCodes, type EndCode } from './errors.ts';

/** What `--json` prints; published as docs/schemas/release-result.schema.json. */
const endCode = z.enum(Object.keys(exitCodes) as [EndCode, ...EndCode[]]);

const plannedStep = z.object({
  name: z.string(),
  /** The call, or null for what is only waited for. */
  api: z.string().nullable(),
  /** The call's input, or what is waited for. */
  input: z.unknown(),
});
export type PlannedStep = z.output<typeof plannedStep>;

const releaseLine = z.object({
  release: z.string(),
  commit: z.string(),
  images: z.record(z.string(), z.string()),
  verifiedAt: z.iso.datetime(),
});

export const environmentStatus = z.object({
  environment: z.string(),
  live: releaseLine.nullable(),
  /** Begun and not ended. */
  open: z
    .object({ release: z.string(), commit: z.string(), since: z.iso.datetime(), by: z.string() })
    .nullable(),
  lock: z.string().nullable(),
  services: z.array(
    z.object({
      service: z.string(),
      /** Null when traffic is parted. */
      live: colour.nullable(),
      guard: z.string().nullable(),
      colours: z.array(
        z.object({
          colour,
          /** Percent of the traffic; of the messages, for workers. */
          weight: z.number(),
          digest: z.string().nullable(),
          /** Of the release that the digest belongs to, when the ledger knows it. */
          commit: z.string().nullable(),
          tasks: z.object({ desired: z.int(), running: z.int(), healthy: z.int().nullable() }),
        }),
      ),
    }),
  ),
  rollback: z.object({
    target: releaseLine.nullable(),
    /** Can be made now, as things are. */
    ready: z.boolean(),
    reasons: z.array(z.string()),
    estimatedSeconds: z.number().nullable(),
    /** Until when the standby is kept warm. */
    warmUntil: z.iso.datetime().nullable(),
  }),
  problems: z.array(z.string()),
});
export type EnvironmentStatus = z.output<typeof environmentStatus>;

export const verbResult = z.object({
  verb: z.string(),
  ok: z.boolean(),
  code: endCode,
  exitCode: z.int(),
  message: z.string(),
  release: z.string().nullable().optional(),
  /** Of a dry run: every call in its order. */
  plan: z.array(plannedStep).optional(),
  images: z.record(z.string(), z.string()).optional(),
  status: z.array(environmentStatus).optional(),
});
export type VerbResult = z.output<typeof verbResult>;
