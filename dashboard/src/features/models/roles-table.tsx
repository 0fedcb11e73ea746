import type { ColumnRole } from '@foretell/core/contracts/recipe';
import { Badge, Group, Text } from '@mantine/core';
import { DataTable } from '../../widgets/data-table.tsx';

const looks: Record<ColumnRole['role'], { color: string; label: string }> = {
  entity: { color: 'indigo', label: 'entity' },
  time: { color: 'indigo', label: 'time' },
  label: { color: 'grape', label: 'label' },
  feature: { color: 'teal', label: 'feature' },
  history: { color: 'cyan', label: 'past only' },
  excluded: { color: 'gray', label: 'left out' },
};

export function RolesTable({ roles }: { roles: readonly ColumnRole[] }) {
  return (
    <DataTable
      caption="Columns and their roles"
      minWidth={520}
      rows={roles}
      rowKey={({ of, column }) => JSON.stringify([of, column])}
      columns={[
        {
          header: 'Column',
          cell: ({ of, column }) => (
            <>
              <b>{column}</b>
              {of !== undefined && (
                <Text size="xs" c="dimmed">
                  of {of}
                </Text>
              )}
            </>
          ),
        },
        {
          header: 'Used as',
          cell: ({ role, leak }) => (
            <Group gap={4} wrap="nowrap">
              <Badge color={looks[role].color} variant="light" tt="none" miw="max-content">
                {looks[role].label}
              </Badge>
              {leak !== undefined && (
                <Badge color="red" tt="none" miw="max-content">
                  gives the answer away
                </Badge>
              )}
            </Group>
          ),
        },
        { header: 'Why', cell: ({ reason }) => <Text size="sm">{reason}</Text> },
      ]}
    />
  );
}
