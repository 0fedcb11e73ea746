import type { ExperimentResults } from '@foretell/core/contracts/experiments';
import { Alert, List, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck, IconCircleMinus, IconHourglass } from '@tabler/icons-react';
import { formatTime } from '../../format/times.ts';
import { type Outcome, outcomeLooks, outcomeOf } from './verdict-words.ts';

const icons: Record<Outcome, typeof IconHourglass> = {
  model: IconCircleCheck,
  fallback: IconCircleCheck,
  inconclusive: IconCircleMinus,
  running: IconHourglass,
  stopped: IconCircleMinus,
};

/** The verdict before any figure; while there is none, why it waits. */
export function VerdictBanner({ results }: { results: ExperimentResults }) {
  const { experiment, waitingFor, latest } = results;
  const outcome = outcomeOf(experiment);
  const { color, title } = outcomeLooks[outcome];
  const Icon = icons[outcome];
  return (
    <Alert color={color} icon={<Icon />} p="lg" aria-live="polite">
      <Stack gap="xs">
        <Title order={2} size="h3">
          {title}
        </Title>
        {experiment.conclusion !== null && (
          <>
            <Text style={{ whiteSpace: 'pre-line' }}>{experiment.conclusion.report}</Text>
            <Text size="sm">Ended {formatTime(experiment.conclusion.concludedAt)}.</Text>
          </>
        )}
        {outcome === 'running' && latest === null && (
          <Text>
            No figures yet: they are made every hour from the predictions and the outcomes you send, the first
            within an hour of the start. “Look now” makes them at once.
          </Text>
        )}
        {outcome === 'running' && latest !== null && waitingFor.length > 0 && (
          <>
            <Text size="sm">It ends by itself, with a verdict. Not yet, because:</Text>
            <List size="sm">
              {waitingFor.map((line) => (
                <List.Item key={line}>{line}</List.Item>
              ))}
            </List>
          </>
        )}
      </Stack>
    </Alert>
  );
}
