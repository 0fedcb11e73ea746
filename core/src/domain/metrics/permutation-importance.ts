import { seededRandom, shuffle } from '../seeded-random.ts';

export interface ImportanceQuestion {
  inputs: readonly { name: string; used: boolean }[];
  /** The test rows' columns, one array an input. */
  columns: readonly Float64Array[];
  /** The main loss of the model on rows with these columns. */
  loss: (columns: readonly Float64Array[]) => number;
  repeats: number;
  seed: number;
}

export interface Importance {
  feature: string;
  loss: number;
  std: number;
}

/**
 * How much the loss grows when one input's values are dealt to other rows: the mean and spread over the repeats, greatest
 * first. An input that no tree asks for changes nothing, and is not tried.
 */
export function permutationImportances(question: ImportanceQuestion): Importance[] {
  const { inputs, columns, loss, repeats, seed } = question;
  const base = loss(columns);
  const random = seededRandom(seed);
  const importances = inputs.map(({ name, used }, input): Importance => {
    if (!used) return { feature: name, loss: 0, std: 0 };
    const grown = Array.from({ length: repeats }, () => {
      const dealt = Float64Array.from(columns[input] ?? []);
      shuffle(dealt, random);
      return loss(columns.with(input, dealt)) - base;
    });
    const mean = grown.reduce((sum, value) => sum + value, 0) / repeats;
    const variance = grown.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, repeats - 1);
    return { feature: name, loss: mean, std: Math.sqrt(variance) };
  });
  return importances.sort((a, b) => b.loss - a.loss);
}
