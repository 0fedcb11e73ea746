import { Badge } from '@mantine/core';
import { type Outcome, outcomeLooks } from './verdict-words.ts';

export function OutcomeBadge({ outcome }: { outcome: Outcome }) {
  return (
    <Badge color={outcomeLooks[outcome].color} variant="light" tt="none">
      {outcomeLooks[outcome].label}
    </Badge>
  );
}
