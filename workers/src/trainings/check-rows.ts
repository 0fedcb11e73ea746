import type { CheckRows, ModelInput } from '@foretell/core/contracts/model-version';
import { seededRandom } from '@foretell/core/domain/seeded-random';
import type { SplitData } from './training-data.ts';

const realRows = 150;
const strangeRows = 150;

/**
 * Rows whose scores the trainer writes down, for every later evaluator to equal: real ones of the test split, and strange
 * ones (missing, unseen, extreme). One array a row.
 */
export function drawCheckRows(inputs: readonly ModelInput[], test: SplitData, seed: number): number[][] {
  const random = seededRandom(seed);
  const anyRow = () => Math.floor(random() * test.rows);
  const real = (column: number, row: number) => test.columns[column]?.[row] ?? NaN;
  const rows: number[][] = [inputs.map(() => NaN), inputs.map(() => 0)];
  for (let i = 0; i < realRows; i++) {
    const row = anyRow();
    rows.push(inputs.map((_, column) => real(column, row)));
  }
  for (let i = 0; i < strangeRows; i++)
    rows.push(
      inputs.map((input, column) => {
        const choices = strange(input);
        const drawn = Math.floor(random() * choices.length * 2);
        return choices[drawn] ?? real(column, anyRow());
      }),
    );
  return rows;
}

/** An infinite category is no number that the trainer could make an integer of. */
function strange({ type, categories }: ModelInput): number[] {
  if (type === 'category') return [NaN, -1, categories?.length ?? 0, 1e6];
  return [NaN, 0, 1e9, -1e9, Infinity, -Infinity, 1e-40];
}

export function toCheckRows(
  inputs: readonly ModelInput[],
  rows: readonly number[][],
  raw: number[][],
): CheckRows {
  return { inputs: inputs.map(({ name }) => name), rows: rows.map((row) => row.map(jsonNumber)), raw };
}

function jsonNumber(value: number): CheckRows['rows'][number][number] {
  if (Number.isNaN(value)) return null;
  if (value === Infinity) return 'Infinity';
  return value === -Infinity ? '-Infinity' : value;
}
