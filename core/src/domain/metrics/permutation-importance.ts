import { shuffle } from '../seeded-random.ts';

/** The main loss of a model on rows with these columns, one array an input. */
export type LossOf = (columns: readonly Float64Array[]) => number;

export interface Importance {
  loss: number;
  std: number;
}

/** How much the loss grows over `base` when one input's values are dealt to other rows: mean and spread over the repeats. */
export function permutationImportance(
  columns: readonly Float64Array[],
  input: number,
  lossOf: LossOf,
  base: number,
  repeats: number,
  random: () => number,
): Importance {
  const grown = Array.from({ length: repeats }, () => {
    const dealt = Float64Array.from(columns[input] ?? []);
    shuffle(dealt, random);
    return lossOf(columns.with(input, dealt)) - base;
  });
  const mean = grown.reduce((sum, value) => sum + value, 0) / repeats;
  const variance = grown.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, repeats - 1);
  return { loss: mean, std: Math.sqrt(variance) };
}
