import { Paper, SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';

export interface KeyFigure {
  label: string;
  value: ReactNode;
  note?: ReactNode;
}

/** A row of key figures. */
export function FigureGrid({ figures }: { figures: readonly KeyFigure[] }) {
  return (
    <SimpleGrid
      cols={{ base: 2, sm: Math.min(figures.length, 3), md: Math.min(figures.length, 6) }}
      spacing="sm"
    >
      {figures.map(({ label, value, note }) => (
        <Paper key={label} withBorder p="sm">
          <Text size="xs" c="dimmed">
            {label}
          </Text>
          <Text fw={650} size="xl" component="div" style={{ fontVariantNumeric: 'tabular-nums' }}>
            {value}
          </Text>
          {note !== undefined && (
            <Text size="xs" c="dimmed" component="div">
              {note}
            </Text>
          )}
        </Paper>
      ))}
    </SimpleGrid>
  );
}
