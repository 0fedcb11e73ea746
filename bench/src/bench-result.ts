import { cpus, totalmem } from 'node:os';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What a benchmark leaves in bench/results/<name>.json. */
export interface BenchResult {
  name: string;
  /** What the benchmark is for: ours over the peer's, both measured in this run. */
  ratios: Record<string, number>;
  medians: Record<string, Record<string, number>>;
  rounds: Record<string, unknown[]>;
  machine: Record<string, string | number>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1] ?? NaN, sorted[Math.floor(middle)] ?? NaN];
  return (low + high) / 2;
}

export function machine(): BenchResult['machine'] {
  const cores = cpus();
  return {
    cpu: cores[0]?.model ?? 'unknown',
    cores: cores.length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
}

export function toMarkdown({ name, ratios, medians }: BenchResult): string {
  const figures = [...new Set(Object.values(medians).flatMap(Object.keys))];
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    `## ${name} (medians)`,
    '',
    row(['', ...figures]),
    row(['---', ...figures.map(() => '---:')]),
    ...Object.entries(medians).map(([who, values]) =>
      row([
        who,
        ...figures.map(
          (figure) => values[figure]?.toFixed(/Ms$|^mb|^micros|Each$/.test(figure) ? 2 : 0) ?? '',
        ),
      ]),
    ),
    '',
    ...Object.entries(ratios).map(([ratio, value]) => `- ${ratio}: **${Number(value.toPrecision(3))}**`),
    '',
  ].join('\n');
}

/** Writes bench/results/<name>.json and .md. */
export function writeResult(result: BenchResult): void {
  const folder = fileURLToPath(new URL('../results/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${result.name}.json`, `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(`${folder}${result.name}.md`, toMarkdown(result));
}
