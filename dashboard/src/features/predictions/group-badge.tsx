import type { PredictionRecord } from '@foretell/core/contracts/predictions-table';
import { Badge } from '@mantine/core';

/** Which group of the experiment a prediction was for; none outside of one. */
export function GroupBadge({ group }: { group: PredictionRecord['group'] }) {
  if (group === null) {
    return (
      <Badge color="gray" variant="light" tt="none">
        no experiment
      </Badge>
    );
  }
  return (
    <Badge color={group === 'model' ? 'indigo' : 'orange'} variant="light" tt="none">
      {group}
    </Badge>
  );
}
