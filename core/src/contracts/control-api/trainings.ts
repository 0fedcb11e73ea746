import { z } from 'zod';
import { id, timestamp } from '../primitives.ts';
import { job } from './jobs.ts';

export const trainingRequest = z
  .strictObject({
    parameters: z
      .strictObject({
        rounds: z.int().min(1).max(2000).default(300),
        leaves: z.int().min(2).max(31).default(31),
        learningRate: z.number().min(0.001).max(1).default(0.1),
        minRowsInLeaf: z.int().min(1).default(20),
        seed: z.int().default(1),
      })
      .prefault({}),
    /** How the decision threshold is chosen on the validation split (binary only). */
    threshold: z.union([z.literal('f1'), z.literal('accuracy'), z.number().min(0).max(1)]).default('f1'),
  })
  .meta({ id: 'TrainingRequest' });
export type TrainingParameters = z.output<typeof trainingRequest>;
export const training = z
  .object({ id, model: id, n: z.int(), job, modelVersion: z.int().nullable(), createdAt: timestamp })
  .meta({ id: 'Training' });
