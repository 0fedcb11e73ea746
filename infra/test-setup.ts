import { Testing } from './src/cdktf.ts';

/** cdktf's matchers, e.g. `toHaveResourceWithProperties`. */
Testing.setupJest();
