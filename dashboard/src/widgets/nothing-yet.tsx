import { Button, EmptyState, Paper } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

/** An empty screen that says what to do next. */
export function NothingYet({
  icon,
  title,
  description,
  action,
}: {
  icon: ReactNode;
  title: string;
  description: ReactNode;
  action?: { label: string; to: string };
}) {
  return (
    <Paper withBorder p="xl">
      <EmptyState icon={icon} title={title} description={description} variant="light">
        {action !== undefined && (
          <EmptyState.Actions>
            <Button component={Link} to={action.to}>
              {action.label}
            </Button>
          </EmptyState.Actions>
        )}
      </EmptyState>
    </Paper>
  );
}
