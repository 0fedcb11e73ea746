import { lakeEnvironment } from '@foretell/core/node/environment';
import { z } from 'zod';

/** The sample function's typed environment; infra supplies its input type. */
export const sampleEnvironment = z.object({ ...lakeEnvironment });
