import type { Model } from '@foretell/core/contracts/control-api/models';
import { Stack, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CodeBlock } from '../../widgets/code-block.tsx';
import { Section } from '../../widgets/section.tsx';
import { TextLink } from '../../widgets/text-link.tsx';
import { sampleQuery } from '../datasets/dataset-queries.ts';
import { askableWords } from '../models/recipe-words.ts';
import { meQuery } from '../sessions/me-query.ts';
import { exampleCall } from './example-call.ts';
import { snippets } from './snippets.ts';

export function CallPanel({ model }: { model: Model }) {
  const { data: me } = useQuery(meQuery());
  const { data: sample } = useQuery(sampleQuery(model.dataset));
  const publicUrl = me?.publicUrl ?? window.location.origin;
  const filter = askableWords(model.recipe);
  const code = snippets({ publicUrl, model: model.id, ...exampleCall(model.recipe, sample?.rows ?? []) });
  return (
    <Section
      title="Get predictions"
      hint={
        <>
          With an <TextLink to="/api-keys">API key</TextLink> in <code>FORETELL_KEY</code>. The{' '}
          {model.recipe.entity}’s past is looked up for you; what is missing is answered all the same, and
          named.
          {filter !== null && ` It learned from ${filter} alone: ask it about such rows only.`}
        </>
      }
    >
      <Tabs defaultValue="curl" keepMounted={false}>
        <Tabs.List mb="sm">
          <Tabs.Tab value="curl">curl</Tabs.Tab>
          <Tabs.Tab value="javascript">JavaScript</Tabs.Tab>
          <Tabs.Tab value="python">Python</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="curl">
          <CodeBlock label="curl" code={code.curl} />
        </Tabs.Panel>
        <Tabs.Panel value="javascript">
          <CodeBlock label="JavaScript" code={code.javascript} />
        </Tabs.Panel>
        <Tabs.Panel value="python">
          <CodeBlock label="Python" code={code.python} />
        </Tabs.Panel>
      </Tabs>
      <Stack gap={4} mt="md">
        <Text size="sm">
          Keep the answer’s <code>id</code>:{' '}
          <TextLink to={`/predictions?model=${model.id}`}>Predictions</TextLink> shows any single one in full.
        </Text>
        <Text size="sm">
          Send a <code>unit</code> (who is put in a group) if it is not the {model.recipe.entity} itself.
        </Text>
      </Stack>
    </Section>
  );
}
