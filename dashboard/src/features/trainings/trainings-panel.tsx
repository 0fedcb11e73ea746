import type { training } from '@foretell/core/contracts/control-api/trainings';
import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { z } from 'zod';
import { useRefresh } from '../../api/use-refresh.ts';
import { LearningCurve } from '../../plots/learning-curve.tsx';
import { Loaded } from '../../widgets/loaded.tsx';
import { Section } from '../../widgets/section.tsx';
import { TextLink } from '../../widgets/text-link.tsx';
import { TimeAgo } from '../../widgets/time-ago.tsx';
import { isOver, useJob } from '../jobs/job-query.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { learningPoints } from './learning-points.ts';
import { trainingsQuery } from './training-queries.ts';

type Training = z.output<typeof training>;

export function TrainingsPanel({ model }: { model: string }) {
  const query = useQuery(trainingsQuery(model));
  return (
    <Loaded query={query} height={200}>
      {(trainings) =>
        trainings.length === 0 ? (
          <Text c="dimmed">It has not been trained yet.</Text>
        ) : (
          <Stack>
            {trainings.map((one) => (
              <TrainingCard key={one.id} training={one} />
            ))}
          </Stack>
        )
      }
    </Loaded>
  );
}

function TrainingCard({
  training: { n, model, modelVersion, job: initial, createdAt },
}: {
  training: Training;
}) {
  const { data: job = initial } = useJob(initial.id, initial);
  const refresh = useRefresh();
  const over = isOver(job);
  const wasOver = isOver(initial);
  useEffect(() => {
    if (over && !wasOver) void refresh('/models');
  }, [over, wasOver, refresh]);
  const points = learningPoints(job.figures);
  return (
    <Section
      title={`Training ${n}`}
      hint={<TimeAgo at={createdAt} />}
      actions={
        modelVersion !== null && (
          <TextLink to={`/models/${model}/versions/${modelVersion}`} strong>
            Version {modelVersion}: how good it is
          </TextLink>
        )
      }
    >
      <Stack>
        <JobProgress job={job} />
        {points.length > 1 && <LearningCurve points={points} />}
      </Stack>
    </Section>
  );
}
