import type { Model } from '@foretell/core/contracts/control-api/models';
import { Accordion, List, Stack, Text } from '@mantine/core';
import { Section } from '../../widgets/section.tsx';
import { filterWords, groupFeatures, wordsInGroup } from './recipe-words.ts';
import { RecipeWarnings } from './recipe-warnings.tsx';
import { RolesTable } from './roles-table.tsx';

export function RecipePanel({ model: { recipe } }: { model: Model }) {
  const rows = filterWords(recipe);
  return (
    <Stack>
      {rows !== null && <Text size="sm">Learned from {rows}.</Text>}
      <RecipeWarnings recipe={recipe} />
      <Section title="Columns" hint={`Of feature set ${recipe.featureSet}.`}>
        <RolesTable roles={recipe.roles} />
      </Section>
      <Section title="Features" hint={`${recipe.features.length} in all.`}>
        <Accordion multiple variant="contained" keepMounted={false}>
          {groupFeatures(recipe.features, recipe.entity).map(({ title, features }) => (
            <Accordion.Item key={title} value={title}>
              <Accordion.Control>
                {title} ({features.length})
              </Accordion.Control>
              <Accordion.Panel>
                <List size="sm">
                  {features.map((feature) => (
                    <List.Item key={feature.name}>{wordsInGroup(feature)}</List.Item>
                  ))}
                </List>
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      </Section>
    </Stack>
  );
}
