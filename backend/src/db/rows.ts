import { DomainError } from '@foretell/core/domain/errors';
import type { EntityManager, EntitySchema, FindOptionsWhere, ObjectLiteral } from 'typeorm';
import { LessThan } from 'typeorm';
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

/** Reads one row that nobody else changes until `tx` ends. (On SQLite a transaction has that of the whole database.) */
export async function lockRow<Row extends ObjectLiteral>(
  tx: Transaction,
  table: EntitySchema<Row>,
  where: FindOptionsWhere<Row>,
): Promise<Row | null> {
  const locks = tx.dataSource.options.type === 'mysql';
  return tx.findOne(table, { where, ...(locks ? { lock: { mode: 'pessimistic_write' } } : {}) });
}

/** As `lockRow`, all that `where` finds. */
export async function lockRows<Row extends ObjectLiteral>(
  tx: Transaction,
  table: EntitySchema<Row>,
  where: FindOptionsWhere<Row>,
): Promise<Row[]> {
  const locks = tx.dataSource.options.type === 'mysql';
  return tx.find(table, { where, ...(locks ? { lock: { mode: 'pessimistic_write' } } : {}) });
}

export interface PageRequest {
  cursor?: string | undefined;
  limit: number;
}
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

const isId = (text: string) => /^[\da-f-]{36}$/.test(text);

/** Newest first: ids are UUID v7. The cursor is the last id shown. */
export async function pageOf<Row extends ObjectLiteral & { id: string }>(
  read: EntityManager,
  table: EntitySchema<Row>,
  where: FindOptionsWhere<Row>,
  { cursor, limit }: PageRequest,
): Promise<Page<Row>> {
  if (cursor !== undefined && !isId(cursor)) {
    const detail = 'is not a cursor of this list';
    throw new DomainError('invalid', `cursor ${detail}`, {
      problems: [{ field: 'cursor', code: 'invalid', detail }],
    });
  }
  const rows = await read.find(table, {
    where: cursor === undefined ? where : { ...where, id: LessThan(cursor) },
    order: { id: 'DESC' } as never,
    take: limit + 1,
  });
  const items = rows.slice(0, limit);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
