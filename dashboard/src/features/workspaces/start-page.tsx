import { job } from '@foretell/core/contracts/control-api/jobs';
import { predictionRecord } from '@foretell/core/contracts/predictions-table';
import { Group, Stack, Text, Timeline } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { firstPageQuery } from '../../api/pages.ts';
import { ButtonLink } from '../../widgets/button-link.tsx';
import { Loaded } from '../../widgets/loaded.tsx';
import { Page } from '../../widgets/page.tsx';
import { Section } from '../../widgets/section.tsx';
import { TextLink } from '../../widgets/text-link.tsx';
import { datasetsQuery } from '../datasets/dataset-queries.ts';
import { experimentsQuery } from '../experiments/experiment-queries.ts';
import { OutcomeBadge } from '../experiments/outcome-badge.tsx';
import { outcomeOf } from '../experiments/verdict-words.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { isOver } from '../jobs/job-query.ts';
import { modelsQuery } from '../models/model-queries.ts';
import { meQuery } from '../sessions/me-query.ts';
import { startSteps, type StartStep } from './start-steps.ts';

const refreshMs = 5_000;

export function StartPage() {
  const { data: me } = useQuery(meQuery());
  const query = useStartSteps();
  return (
    <Page title={me?.workspace.name ?? 'Start'} description="From your data to a verdict, in five steps.">
      <RunningJobs />
      <Loaded query={query} height={300}>
        {(steps) => {
          const done = steps.every((step) => step.done);
          return (
            <>
              {done && <Experiments />}
              <Section title={done ? 'All five steps are done' : 'What to do next'}>
                <Steps steps={steps} />
              </Section>
              {!done && <Experiments />}
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

/** The steps, once all that they depend on is known. */
function useStartSteps() {
  const datasets = useQuery(datasetsQuery());
  const models = useQuery(modelsQuery());
  const experiments = useQuery(experimentsQuery());
  const deployed = models.data?.find(({ deployedVersion }) => deployedVersion !== null);
  const predictions = useQuery({
    ...firstPageQuery('/predictions', predictionRecord, { model: deployed?.id, limit: 1 }),
    enabled: deployed !== undefined,
  });
  const all = [datasets, models, experiments] as const;
  const known =
    datasets.data !== undefined && models.data !== undefined && experiments.data !== undefined
      ? { datasets: datasets.data, models: models.data, experiments: experiments.data }
      : undefined;
  return {
    data: known && startSteps({ ...known, called: (predictions.data?.length ?? 0) > 0 }),
    error: all.find(({ error }) => error !== null)?.error ?? null,
    refetch: async () => {
      await Promise.all(all.map((query) => query.refetch()));
      return datasets.refetch();
    },
  };
}

function Steps({ steps }: { steps: readonly StartStep[] }) {
  const next = steps.findIndex(({ done }) => !done);
  return (
    <Timeline active={next === -1 ? steps.length : next - 1} bulletSize={28} lineWidth={2}>
      {steps.map(({ title, text, done, action }, index) => (
        <Timeline.Item
          key={title}
          title={title}
          bullet={done ? <IconCheck size={16} aria-label="done" /> : <span>{index + 1}</span>}
        >
          <Text size="sm" c="dimmed" maw={560}>
            {text}
          </Text>
          {index === next ? (
            <ButtonLink to={action.to} mt="xs" size="sm">
              {action.label}
            </ButtonLink>
          ) : (
            done && (
              <Text size="sm">
                <TextLink to={action.to}>{action.label}</TextLink>
              </Text>
            )
          )}
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

function RunningJobs() {
  const { data: jobs = [] } = useQuery({
    ...firstPageQuery('/jobs', job, { limit: 20 }),
    refetchInterval: refreshMs,
  });
  const running = jobs.filter((one) => !isOver(one));
  if (running.length === 0) return null;
  return (
    <Section title="Running now">
      <Stack gap="lg">
        {running.map((one) => (
          <JobProgress key={one.id} job={one} />
        ))}
      </Stack>
    </Section>
  );
}

function Experiments() {
  const { data: experiments = [] } = useQuery(experimentsQuery());
  const { data: models = [] } = useQuery(modelsQuery());
  if (experiments.length === 0) return null;
  return (
    <Section title="Experiments">
      <Stack gap="xs">
        {experiments.slice(0, 5).map((one) => (
          <Group key={one.id} justify="space-between">
            <TextLink to={`/experiments/${one.id}`}>
              {models.find(({ id }) => id === one.model)?.name ?? 'model'}, version {one.modelVersion}
            </TextLink>
            <OutcomeBadge outcome={outcomeOf(one)} />
          </Group>
        ))}
      </Stack>
    </Section>
  );
}
