import { toMarkdown, writeResult, type BenchResult } from './bench-result.ts';
import { runExperiments } from './experiments/run-experiments.ts';
import { runImports } from './imports/run-imports.ts';
import { runServing } from './serving/run-serving.ts';
import { runSpark } from './spark/run-spark.ts';

/** usage: node bench/src/main.ts [name …]   (every benchmark when none is named) */
const benches: Record<string, () => Promise<BenchResult>> = {
  serving: runServing,
  imports: runImports,
  spark: runSpark,
  experiments: runExperiments,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; there are: ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
for (const [name, run] of Object.entries(benches)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`${name}: measuring on two cores …`);
  const result = await run();
  writeResult(result);
  console.log(toMarkdown(result));
}
