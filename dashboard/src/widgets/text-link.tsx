import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

export function TextLink({
  to,
  children,
  strong = false,
  onGo,
}: {
  to: string;
  children: ReactNode;
  strong?: boolean;
  /** Done beside following it. */
  onGo?: () => void;
}) {
  return (
    <Anchor
      component={Link}
      to={to}
      inherit
      fw={strong ? 600 : undefined}
      onClick={onGo}
      style={{ overflowWrap: 'anywhere' }}
    >
      {children}
    </Anchor>
  );
}
