import { z } from 'zod';

const points = z.array(z.object({ round: z.number(), train: z.number(), validation: z.number() }));

export type LearningPoint = z.output<typeof points>[number];

/** The learning curve among a training's figures as they come; none before the first round. */
export function learningPoints(figures: Readonly<Record<string, unknown>>): LearningPoint[] {
  const direct = points.safeParse(figures.learningCurve);
  if (direct.success) return direct.data;
  for (const group of Object.values(figures)) {
    if (typeof group !== 'object' || group === null || !('learningCurve' in group)) continue;
    const nested = points.safeParse(group.learningCurve);
    if (nested.success) return nested.data;
  }
  return [];
}
