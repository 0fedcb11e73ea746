import { type Model } from '@foretell/core/contracts/control-api/models';
import { batchPrediction } from '@foretell/core/contracts/control-api/predictions';
import { Button, Group, Stack, Text } from '@mantine/core';
import { IconDownload, IconTable } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { z } from 'zod';
import { listQuery } from '../../api/pages.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { formatCount } from '../../format/numbers.ts';
import { Loaded } from '../../widgets/loaded.tsx';
import { Section } from '../../widgets/section.tsx';
import { TimeAgo } from '../../widgets/time-ago.tsx';
import { datasetsQuery } from '../datasets/dataset-queries.ts';
import { isOver, useJob } from '../jobs/job-query.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { useRole } from '../sessions/me-query.ts';
import { StartForm } from './start-form.tsx';

type BatchPrediction = z.output<typeof batchPrediction>;

/** Predictions for every row of a dataset at once: start some, watch them, take the file. */
export function BatchPredictionsPanel({ model }: { model: Model }) {
  const { mayEdit } = useRole();
  const path = `/models/${model.id}/batch-predictions`;
  const query = useQuery(listQuery(path, batchPrediction));
  return (
    <Stack>
      {mayEdit && <StartForm model={model} />}
      <Loaded query={query} height={160}>
        {(all) =>
          all.length === 0 ? (
            <Group gap="xs" c="dimmed">
              <IconTable size={18} />
              <Text>None yet. Each becomes a Parquet file with one prediction a row.</Text>
            </Group>
          ) : (
            <Stack>
              {all.map((one) => (
                <BatchCard key={one.id} of={one} path={path} />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Stack>
  );
}

function BatchCard({ of, path }: { of: BatchPrediction; path: string }) {
  const { data: job = of.job } = useJob(of.job.id, of.job);
  const { data: datasets = [] } = useQuery(datasetsQuery());
  const refresh = useRefresh();
  const stale = isOver(job) && !isOver(of.job);
  useEffect(() => {
    if (stale) void refresh(path);
  }, [stale, refresh, path]);
  const dataset = datasets.find(({ id }) => id === of.dataset)?.name ?? 'a dataset';
  return (
    <Section
      title={`${dataset}, feature set ${of.featureSet}`}
      hint={
        <>
          by version {of.version}
          {of.rows !== null && `, ${formatCount(of.rows)} rows`}
          {of.keyColumn !== null && `, with ${of.keyColumn} as row_key`} · <TimeAgo at={of.createdAt} />
        </>
      }
      actions={
        of.download !== null && (
          <Button
            component="a"
            href={of.download}
            download
            variant="light"
            leftSection={<IconDownload size={16} />}
          >
            Download Parquet
          </Button>
        )
      }
    >
      <JobProgress job={job} />
    </Section>
  );
}
