import { machine, median, type BenchResult } from '../bench-result.ts';
import { plainCopy, type Figures, type Rounds } from './figures.ts';
import { measureImports } from './measure-imports.ts';
import { measureIngest } from './measure-ingest.ts';

const rounds = 3;

/** Rows into the platform, streamed and imported, each beside a plain copy of the same bytes in interleaved rounds of one run. */
export async function runImports(): Promise<BenchResult> {
  const measured = { ...(await measureIngest(rounds)), ...(await measureImports(rounds)) };
  const medians = Object.fromEntries(Object.entries(measured).map(([who, each]) => [who, medianOf(each)]));
  const of = (who: string, figure: string) => medians[who]?.[figure] ?? NaN;
  const ratios = Object.fromEntries(
    Object.keys(measured)
      .filter((who) => plainCopy(who) in measured)
      .flatMap((who) => [
        [`${who}_mb_per_second_vs_plain_copy`, of(who, 'mbPerSecond') / of(plainCopy(who), 'mbPerSecond')],
        [`${who}_cpu_vs_plain_copy`, of(who, 'microsPerRow') / of(plainCopy(who), 'microsPerRow')],
      ]),
  );
  return { name: 'imports', ratios, medians, rounds: measured satisfies Rounds, machine: machine() };
}

function medianOf(each: readonly Figures[]): Figures {
  const of = (figure: string) => median(each.map((round) => round[figure] ?? NaN));
  return {
    rowsPerSecond: of('rowsPerSecond'),
    mbPerSecond: of('mbPerSecond'),
    microsPerRow: of('microsPerRow'),
  };
}
