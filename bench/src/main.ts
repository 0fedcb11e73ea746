import { toMarkdown, writeResult, type BenchResult } from './bench-result.ts';

/** Each loaded when it runs: what there is can be asked for before anything is set up. */
const benches: Record<string, () => Promise<BenchResult>> = {
  serving: async () => (await import('./serving/run-serving.ts')).runServing(),
  imports: async () => (await import('./imports/run-imports.ts')).runImports(),
  spark: async () => (await import('./spark/run-spark.ts')).runSpark(),
  experiments: async () => (await import('./experiments/run-experiments.ts')).runExperiments(),
};

const usage = `make bench ARGS="[name …]"   every benchmark when none is named; there are: ${Object.keys(benches).join(', ')}`;

const asked = process.argv.slice(2);
if (asked.includes('--help')) {
  console.log(usage);
  process.exit(0);
}
const unknown = asked.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}\n${usage}`);
  process.exit(2);
}
for (const [name, run] of Object.entries(benches)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`${name}: measuring on two cores …`);
  const result = await run();
  writeResult(result);
  console.log(toMarkdown(result));
}
