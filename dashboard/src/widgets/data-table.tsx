import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

export interface TableColumn<T> {
  header: string;
  cell: (row: T) => ReactNode;
  align?: 'left' | 'right';
}

/** A plain table that scrolls sideways within itself where the screen is too narrow. */
export function DataTable<T>({
  caption,
  columns,
  rows,
  rowKey,
  minWidth = 640,
  maxHeight,
}: {
  /** Said by screen readers. */
  caption: string;
  columns: readonly TableColumn<T>[];
  rows: readonly T[];
  rowKey: (row: T, index: number) => string | number;
  minWidth?: number;
  maxHeight?: number;
}) {
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      type="native"
      tabIndex={0}
      aria-label={caption}
      role="region"
      {...(maxHeight === undefined ? {} : { maxHeight })}
    >
      <Table
        highlightOnHover
        stickyHeader={maxHeight !== undefined}
        verticalSpacing="xs"
        horizontalSpacing="xs"
        aria-label={caption}
      >
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ header, align }) => (
              <Table.Th key={header} ta={align ?? 'left'} style={{ whiteSpace: 'nowrap' }}>
                {header}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, index) => (
            <Table.Tr key={rowKey(row, index)}>
              {columns.map(({ header, cell, align }) => (
                <Table.Td
                  key={header}
                  ta={align ?? 'left'}
                  style={{
                    fontVariantNumeric: 'tabular-nums',
                    whiteSpace: align === 'right' ? 'nowrap' : 'normal',
                  }}
                >
                  {cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
