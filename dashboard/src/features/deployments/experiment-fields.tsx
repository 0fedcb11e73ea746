import type { Recipe } from '@foretell/core/contracts/recipe';
import {
  Accordion,
  Box,
  Button,
  NumberInput,
  Radio,
  Select,
  SimpleGrid,
  Slider,
  Stack,
  Switch,
  Text,
} from '@mantine/core';
import { randomId } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { Section } from '../../widgets/section.tsx';
import { type DeploymentForm, newMetric } from './deployment-values.ts';
import { MetricFields } from './metric-fields.tsx';

export function ExperimentFields({ form, recipe }: { form: DeploymentForm; recipe: Recipe }) {
  const { metrics } = form.values;
  return (
    <>
      <Section title="Groups" hint="Who is in which group never changes while the experiment runs.">
        <Stack>
          <FallbackFields form={form} recipe={recipe} />
          <SplitField form={form} />
        </Stack>
      </Section>
      <Section
        title="What decides"
        hint="Metrics on events you send. A primary metric decides; a guardrail must not get worse."
      >
        <Stack>
          {metrics.map(({ key }, index) => (
            <MetricFields
              key={key}
              form={form}
              index={index}
              onRemove={metrics.length > 1 ? () => form.removeListItem('metrics', index) : undefined}
            />
          ))}
          <Button
            variant="light"
            leftSection={<IconPlus size={16} />}
            style={{ alignSelf: 'start' }}
            onClick={() => form.insertListItem('metrics', newMetric(randomId(), 'secondary'))}
          >
            Add a metric
          </Button>
        </Stack>
      </Section>
      <RulesFields form={form} />
    </>
  );
}

function FallbackFields({ form, recipe }: { form: DeploymentForm; recipe: Recipe }) {
  const input = { label: 'Value the fallback answers', maw: 320, ...form.getInputProps('fallbackValue') };
  return (
    <>
      <Radio.Group label="The fallback group gets" {...form.getInputProps('fallbackKind')}>
        <Stack gap="xs" mt="xs">
          <Radio
            value="random"
            label="A random answer"
            description="The fairest measure of what the model’s choice is worth."
          />
          <Radio
            value="default"
            label="A fixed answer"
            description="What you would do without a model: warn nobody, offer to everybody."
          />
        </Stack>
      </Radio.Group>
      {form.values.fallbackKind === 'default' &&
        (recipe.task === 'regression' ? (
          <NumberInput {...input} />
        ) : (
          <Select data={(recipe.classes ?? []).map(String)} {...input} />
        ))}
    </>
  );
}

function SplitField({ form }: { form: DeploymentForm }) {
  const { splitPercent } = form.values;
  return (
    <Box maw={420}>
      <Text size="sm" fw={500} id="split">
        {splitPercent} % get the model, {100 - splitPercent} % the fallback
      </Text>
      <Slider
        aria-labelledby="split"
        thumbProps={{ 'aria-label': 'Percent that get the model' }}
        min={1}
        max={99}
        label={null}
        marks={[{ value: 10 }, { value: 50 }, { value: 90 }]}
        {...form.getInputProps('splitPercent')}
      />
    </Box>
  );
}

function RulesFields({ form }: { form: DeploymentForm }) {
  return (
    <Accordion variant="contained">
      <Accordion.Item value="rules">
        <Accordion.Control>When it ends (good as it is)</Accordion.Control>
        <Accordion.Panel>
          <Stack>
            <Text size="sm" c="dimmed">
              You may look at any time: the result is right whenever it is read. It ends by itself once the
              primary metric is decided and all of these hold.
            </Text>
            <SimpleGrid cols={{ base: 1, sm: 3 }}>
              <NumberInput label="Days at least" min={0} {...form.getInputProps('minDays')} />
              <NumberInput
                label="Conversions a group at least"
                min={0}
                {...form.getInputProps('minConversionsPerGroup')}
              />
              <NumberInput label="Days at most" min={1} {...form.getInputProps('maxDays')} />
            </SimpleGrid>
            <Switch
              label="Send everyone to the winner when it ends"
              {...form.getInputProps('autoPromote', { type: 'checkbox' })}
            />
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
