import { databaseEnvironment, processEnvironment } from '@foretell/core/node/environment';
import { loadConfig } from '@foretell/core/node/load-config';
import { createLogger } from '@foretell/core/node/logger';
import { z } from 'zod';
import { openDatabase } from './db/database.ts';

/** Brings the database to this build's tables, and exits: run once before a release's first task starts. */
const env = loadConfig(z.object({ ...processEnvironment, ...databaseEnvironment }), process.env);
const logger = createLogger('migrate', env.LOG_LEVEL);
const database = await openDatabase(env.DATABASE_URL, env.DATABASE_PASSWORD);
try {
  await database.migrate();
  logger.info('the database has the tables of this build');
} finally {
  await database.close();
}
