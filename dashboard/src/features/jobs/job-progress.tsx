import type { Job } from '@foretell/core/contracts/control-api';
import { Alert, DataList, Group, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { formatDuration } from '../../format/times.ts';
import { jobFigures } from './job-figures.ts';
import { JobStatusBadge } from './job-status-badge.tsx';
import { isOver } from './job-query.ts';

/** Where a job stands: its step, its share done, its real figures, or why it failed. */
export function JobProgress({ job }: { job: Job }) {
  const figures = jobFigures(job.figures);
  const ms = Date.parse(job.finishedAt ?? job.updatedAt) - Date.parse(job.createdAt);
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <JobStatusBadge status={job.status} />
          <Text size="sm" aria-live="polite">
            {job.step}
          </Text>
        </Group>
        <Text size="sm" c="dimmed">
          {formatDuration(Math.max(0, ms))}
        </Text>
      </Group>
      {!isOver(job) && (
        <Progress
          value={Math.max(job.progress * 100, 2)}
          animated
          aria-label={`Progress: ${Math.round(job.progress * 100)} percent`}
        />
      )}
      {job.error !== null && <JobFailure error={job.error} />}
      {figures.length > 0 && (
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
          {figures.map(({ label, value }) => (
            <DataList key={label} labelWidth="160px" size="sm">
              <DataList.Item>
                <DataList.ItemLabel>{label}</DataList.ItemLabel>
                <DataList.ItemValue>{value}</DataList.ItemValue>
              </DataList.Item>
            </DataList>
          ))}
        </SimpleGrid>
      )}
    </Stack>
  );
}

export function JobFailure({ error }: { error: NonNullable<Job['error']> }) {
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle />}
      title={error.field === null ? 'It failed' : `It failed: ${error.field}`}
    >
      {error.detail}
    </Alert>
  );
}
