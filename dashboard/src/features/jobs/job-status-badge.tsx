import type { Job } from '@foretell/core/contracts/control-api/jobs';
import { Badge } from '@mantine/core';

const looks: Record<Job['status'], { color: string; label: string }> = {
  queued: { color: 'gray', label: 'waiting' },
  running: { color: 'blue', label: 'running' },
  succeeded: { color: 'teal', label: 'done' },
  failed: { color: 'red', label: 'failed' },
  cancelled: { color: 'gray', label: 'cancelled' },
};

export function JobStatusBadge({ status }: { status: Job['status'] }) {
  const { color, label } = looks[status];
  return (
    <Badge color={color} variant="light">
      {label}
    </Badge>
  );
}
