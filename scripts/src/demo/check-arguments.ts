import { readDemoArguments } from './arguments.ts';

/** What is wrong with the demo's arguments, told before the set-up: it needs Node, and no package. */
if (!readDemoArguments(process.argv.slice(2))) process.exit(2);
