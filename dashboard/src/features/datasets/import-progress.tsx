import { job, type Dataset } from '@foretell/core/contracts/control-api';
import { useQuery } from '@tanstack/react-query';
import { listQuery } from '../../api/pages.ts';
import { Section } from '../../widgets/section.tsx';
import { JobProgress } from '../jobs/job-progress.tsx';
import { useJob } from '../jobs/job-query.ts';

/** The import of a dataset as it goes, or why it failed. */
export function ImportProgress({ dataset, jobId }: { dataset: Dataset; jobId: string | null }) {
  const { data: jobs } = useQuery({ ...listQuery('/jobs', job), enabled: jobId === null });
  const id = jobId ?? jobs?.find(({ subject }) => subject.id === dataset.id)?.id;
  return id === undefined ? null : <Import jobId={id} failed={dataset.status === 'failed'} />;
}

function Import({ jobId, failed }: { jobId: string; failed: boolean }) {
  const { data } = useJob(jobId);
  if (data === undefined) return null;
  return (
    <Section title={failed ? 'The import failed' : 'Reading your data'}>
      <JobProgress job={data} />
    </Section>
  );
}
