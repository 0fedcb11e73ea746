import type { Job } from '@foretell/core/contracts/control-api/jobs';
import { Alert, Group, Loader, Progress, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react';
import { formatDuration } from '../../format/times.ts';
import { useNow } from '../../widgets/use-now.ts';
import { JobActions } from './job-actions.tsx';
import { JobStatusBadge } from './job-status-badge.tsx';
import { isOver } from './job-query.ts';
import { failureTitle, jobSteps, type JobStep, stepTitle } from './job-steps.ts';

const tickMs = 1_000;

/** Where a job stands: its share done, its steps with their real figures, or why it failed. */
export function JobProgress({ job }: { job: Job }) {
  const now = useNow(isOver(job) ? null : tickMs);
  const end = isOver(job) ? Date.parse(job.finishedAt ?? job.updatedAt) : now;
  const ms = end - Date.parse(job.startedAt ?? job.createdAt);
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Group gap="xs">
          <JobStatusBadge status={job.status} />
          <Text size="sm" aria-live="polite">
            {job.status === 'running' && stepTitle(job.step)}
            {job.status === 'queued' && 'It starts in a moment.'}
            {job.attempt > 1 && ` Attempt ${job.attempt}.`}
          </Text>
        </Group>
        <Group gap="sm" wrap="nowrap">
          <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
            {formatDuration(Math.max(0, ms))}
          </Text>
          <JobActions job={job} />
        </Group>
      </Group>
      {!isOver(job) && (
        <Progress
          value={Math.max(job.progress * 100, 2)}
          animated
          aria-label={`Progress: ${Math.round(job.progress * 100)} percent`}
        />
      )}
      {job.error !== null && <JobFailure error={job.error} over={isOver(job)} />}
      <Stack gap={6}>
        {jobSteps(job).map((step) => (
          <Step key={step.title} step={step} />
        ))}
      </Stack>
    </Stack>
  );
}

const looks = {
  done: { color: 'teal', icon: <IconCheck size={12} aria-label="done" /> },
  running: { color: 'indigo', icon: <Loader size={10} color="white" aria-label="running" /> },
  stopped: { color: 'red', icon: <IconX size={12} aria-label="stopped" /> },
};

function Step({ step: { title, figures, state } }: { step: JobStep }) {
  return (
    <Group gap="xs" align="start" wrap="nowrap">
      <ThemeIcon size={18} radius="xl" color={looks[state].color} mt={2}>
        {looks[state].icon}
      </ThemeIcon>
      <Text size="sm">
        {title}
        {figures.length > 0 && (
          <Text span inherit c="dimmed">
            : {figures.join(' · ')}
          </Text>
        )}
      </Text>
    </Group>
  );
}

function JobFailure({ error, over }: { error: NonNullable<Job['error']>; over: boolean }) {
  if (!over)
    return (
      <Alert color="yellow" icon={<IconAlertTriangle />} title="It will be tried again in a moment">
        {error.detail}
      </Alert>
    );
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={failureTitle(error.field)}>
      {error.detail}
    </Alert>
  );
}
