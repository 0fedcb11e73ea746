import type { Scalar } from '@foretell/core/contracts/primitives';

/** What a cell can be before its column has a type: numbers are one kind, whole or not. */
export type CellKind = 'boolean' | 'number' | 'string' | 'timestamp' | 'date';
export type Cell = NonNullable<Scalar> | bigint;

/** Takes one cell of a row. A whole number beyond 2^53 is a
 * bigint. Times are `yyyy-mm-dd hh:mm:ss.ffffff` in UTC; a missing value is not given. */
export type CellSink = (column: string, kind: CellKind, value: Cell) => void;
