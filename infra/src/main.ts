import { synthesize } from './synthesize.ts';
import { environments } from './environments.ts';

synthesize(environments, 'cdktf.out');
