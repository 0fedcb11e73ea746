import { type Dataset } from '@foretell/core/contracts/control-api/datasets';
import { job } from '@foretell/core/contracts/control-api/jobs';
import { Alert } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { listQuery } from '../../api/pages.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { Section } from '../../widgets/section.tsx';
import { JobProgress } from '../jobs/job-progress.tsx';
import { isOver, useJob } from '../jobs/job-query.ts';
import { whyNoResult } from '../jobs/job-steps.ts';

/** The import of a dataset, or of its next version (`jobId`), as it goes, or why it failed; once it is done, what it says of nothing new. */
export function ImportProgress({ dataset, jobId }: { dataset: Dataset; jobId: string | null }) {
  const unknown = jobId === null && dataset.status !== 'ready';
  const { data: jobs } = useQuery({ ...listQuery('/jobs', job), enabled: unknown });
  const found = unknown ? jobs?.find(({ subject }) => subject.id === dataset.id)?.id : undefined;
  const id = jobId ?? found;
  return id === undefined ? null : <Import key={id} jobId={id} />;
}

function Import({ jobId }: { jobId: string }) {
  const { data } = useJob(jobId);
  const refresh = useRefresh();
  const over = data !== undefined && isOver(data);
  useEffect(() => {
    if (over) void refresh('/datasets');
  }, [over, refresh]);
  if (data === undefined) return null;
  if (data.status === 'succeeded') return <NoResult why={whyNoResult(data)} />;
  return (
    <Section title={data.status === 'failed' ? 'The import failed' : 'Reading your data'}>
      <JobProgress job={data} />
    </Section>
  );
}

function NoResult({ why }: { why: string | null }) {
  return why === null ? null : <Alert color="gray">{why}</Alert>;
}
