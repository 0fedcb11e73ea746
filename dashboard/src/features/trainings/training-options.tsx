import { trainingRequest, type TrainingParameters } from '@foretell/core/contracts/control-api/trainings';
import type { Task } from '@foretell/core/contracts/recipe';
import { Accordion, NumberInput, SegmentedControl, SimpleGrid, Stack, Text } from '@mantine/core';

export const defaultOptions: TrainingParameters = trainingRequest.parse({});

/** Knobs that are right by default, out of the way. */
export function TrainingOptions({
  task,
  value,
  onChange,
}: {
  task: Task;
  value: TrainingParameters;
  onChange: (value: TrainingParameters) => void;
}) {
  const { parameters, threshold } = value;
  const set = (name: keyof TrainingParameters['parameters']) => (given: string | number) => {
    if (typeof given === 'number') onChange({ ...value, parameters: { ...parameters, [name]: given } });
  };
  return (
    <Accordion variant="contained">
      <Accordion.Item value="options">
        <Accordion.Control>Options (good as they are)</Accordion.Control>
        <Accordion.Panel>
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <NumberInput
              label="Rounds at most"
              description="It stops earlier when it stops improving."
              min={1}
              max={2000}
              value={parameters.rounds}
              onChange={set('rounds')}
            />
            <NumberInput
              label="Learning rate"
              description="Smaller: slower, sometimes finer."
              min={0.001}
              max={1}
              step={0.01}
              value={parameters.learningRate}
              onChange={set('learningRate')}
            />
            <NumberInput
              label="Rows in a leaf at least"
              description="More: it generalises more."
              min={1}
              value={parameters.minRowsInLeaf}
              onChange={set('minRowsInLeaf')}
            />
          </SimpleGrid>
          {task === 'binary' && (
            <Stack gap={4} mt="md">
              <Text size="sm" fw={500}>
                It answers yes where that makes best
              </Text>
              <SegmentedControl
                aria-label="How the threshold is chosen"
                value={String(threshold)}
                onChange={(chosen) =>
                  onChange({ ...value, threshold: chosen === 'accuracy' ? 'accuracy' : 'f1' })
                }
                data={[
                  { value: 'f1', label: 'the balance of missed and false alarms (F1)' },
                  { value: 'accuracy', label: 'the share of right answers' },
                ]}
                style={{ alignSelf: 'start' }}
              />
            </Stack>
          )}
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
