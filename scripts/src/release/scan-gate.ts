import type { ImageScanFinding } from '@aws-sdk/client-ecr';
import { z } from 'zod';

/** A finding that is let through for a while, by somebody who says why. */
const waiver = z.strictObject({
  /** As ECR names it, e.g. `CVE-2025-12345`. */
  finding: z.string().min(1),
  image: z.string().min(1),
  reason: z.string().min(10),
  /** The last day it holds. */
  until: z.iso.date(),
});
export const waivers = z.array(waiver);
export type Waiver = z.output<typeof waiver>;

/** What stops a release, unless it is waived. */
const stopping = ['CRITICAL', 'HIGH'] as const;

/** Every finding that stops the image, said with why a waiver does not help it. */
export function scanProblems(
  image: string,
  findings: readonly ImageScanFinding[],
  given: readonly Waiver[],
  today: string,
): readonly string[] {
  return findings
    .filter(({ severity }) => stopping.some((each) => each === severity))
    .flatMap(({ name = 'unnamed', severity = '' }) => {
      const waived = given.filter((each) => each.finding === name && each.image === image);
      if (waived.some(({ until }) => until >= today)) return [];
      const ended = waived.at(-1);
      return [`${image}: ${name} (${severity})${ended ? `, its waiver ended on ${ended.until}` : ''}`];
    });
}
