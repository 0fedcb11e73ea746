import type { Dataset } from '@foretell/core/contracts/control-api/datasets';
import { Badge } from '@mantine/core';

const looks: Record<Dataset['status'], { color: string; label: string }> = {
  importing: { color: 'blue', label: 'importing' },
  ready: { color: 'teal', label: 'ready' },
  failed: { color: 'red', label: 'failed' },
};

export function DatasetStatusBadge({ status }: { status: Dataset['status'] }) {
  return (
    <Badge color={looks[status].color} variant="light">
      {looks[status].label}
    </Badge>
  );
}
