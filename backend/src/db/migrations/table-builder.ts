import { Table, TableColumn, TableIndex, type QueryRunner, type TableColumnOptions } from 'typeorm';

/**
 * Columns that are equal on SQLite and MySQL, for migrations only: a migration never reads the entities, which go on
 * changing after it. On MySQL text compares by its bytes, as on SQLite.
 */
export interface TableSpec {
  name: string;
  columns: TableColumnOptions[];
  unique?: string[][];
  indexes?: string[][];
}

const varchar = (
  name: string,
  length: number,
  more: Partial<TableColumnOptions> = {},
): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
  ...more,
});

export const id = (name = 'id') => varchar(name, 36, { isPrimary: true });
export const ref = (name: string) => varchar(name, 36);
export const string = varchar;
export const instant = (name: string) => varchar(name, 24);
export const text = (name: string): TableColumnOptions => ({ name, type: 'text' });
export const int = (name: string): TableColumnOptions => ({ name, type: 'int' });
export const bigint = (name: string): TableColumnOptions => ({ name, type: 'bigint' });
export const double = (name: string): TableColumnOptions => ({ name, type: 'double' });
export const optional = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });

function onMySql(column: TableColumnOptions): TableColumnOptions {
  if (column.type !== 'varchar' && column.type !== 'text') return column;
  const type = column.type === 'text' ? 'longtext' : 'varchar';
  return { ...column, type, charset: 'utf8mb4', collation: 'utf8mb4_bin' };
}

export async function createTables(runner: QueryRunner, specs: readonly TableSpec[]): Promise<void> {
  const mySql = runner.dataSource.options.type === 'mysql';
  for (const { name, columns, unique = [], indexes = [] } of specs) {
    const indexOf = (names: string[], isUnique: boolean) =>
      new TableIndex({ name: `${name}_${names.join('_')}`, columnNames: names, isUnique });
    await runner.createTable(
      new Table({
        name,
        columns: mySql ? columns.map(onMySql) : columns,
        indices: [
          ...unique.map((names) => indexOf(names, true)),
          ...indexes.map((names) => indexOf(names, false)),
        ],
      }),
    );
  }
}

export async function dropTables(runner: QueryRunner, specs: readonly TableSpec[]): Promise<void> {
  for (const { name } of [...specs].reverse()) await runner.dropTable(name);
}

export async function addColumns(
  runner: QueryRunner,
  table: string,
  columns: readonly TableColumnOptions[],
): Promise<void> {
  const mySql = runner.dataSource.options.type === 'mysql';
  const added = columns.map((column) => new TableColumn(mySql ? onMySql(column) : column));
  await runner.addColumns(table, added);
}

export async function dropColumns(
  runner: QueryRunner,
  table: string,
  columns: readonly TableColumnOptions[],
): Promise<void> {
  await runner.dropColumns(
    table,
    columns.map(({ name }) => name),
  );
}
