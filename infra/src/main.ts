import { synthesize } from './synthesize.ts';
import { environments } from './environments.ts';

const outdir = 'cdktf.out';
const stacks = synthesize(environments, outdir);
console.log(`${stacks.length} stacks written to ${outdir}/: ${stacks.join(', ')}`);
