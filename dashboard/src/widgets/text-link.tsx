import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

export function TextLink({
  to,
  children,
  strong = false,
}: {
  to: string;
  children: ReactNode;
  strong?: boolean;
}) {
  return (
    <Anchor
      component={Link}
      to={to}
      inherit
      fw={strong ? 600 : undefined}
      style={{ overflowWrap: 'anywhere' }}
    >
      {children}
    </Anchor>
  );
}
