import type { EntitySchema, FindOptionsWhere, ObjectLiteral } from 'typeorm';
import type { Transaction } from './database.ts';

/** Whole rows in, so that a column cannot be forgotten. (TypeORM's own type takes any part of a row, and no JSON.) */
export async function insertRows<Row extends ObjectLiteral>(
  tx: Transaction,
  table: EntitySchema<Row>,
  ...rows: Row[]
): Promise<void> {
  await tx.insert(table, rows);
}

/** Answers how many rows `where` found. */
export async function updateRows<Row extends ObjectLiteral>(
  tx: Transaction,
  table: EntitySchema<Row>,
  where: FindOptionsWhere<Row>,
  change: Partial<Row>,
): Promise<number> {
  const { affected } = await tx.update(table, where, change);
  return affected ?? 0;
}
