import { In, type EntitySchema, type FindOptionsWhere, type ObjectLiteral } from 'typeorm';
import type { Database } from './database.ts';

const batchRows = 1000;

/**
 * Deletes what `where` finds, 1,000 rows a transaction by their primary `key`, so that nobody waits long for the table.
 * Answers how many those were; at most about `maxRows`, the others are left.
 */
export async function deleteInBatches<Row extends ObjectLiteral>(
  database: Database,
  table: EntitySchema<Row>,
  key: keyof Row & string,
  where: FindOptionsWhere<Row>,
  maxRows = Infinity,
): Promise<number> {
  let deleted = 0;
  while (deleted < maxRows) {
    const found = await database.read.find(table, {
      select: { [key]: true } as never,
      where,
      order: { [key]: 'ASC' } as never,
      take: batchRows,
    });
    if (found.length === 0) break;
    const keys = In(found.map((row) => row[key] as unknown));
    await database.write((tx) => tx.delete(table, { [key]: keys }));
    deleted += found.length;
  }
  return deleted;
}
