import type { Recipe } from '@foretell/core/contracts/recipe';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Section } from '../../widgets/section.tsx';
import { FeatureChoice } from './feature-choice.tsx';
import { filterWords, questionWords } from './recipe-words.ts';
import { RecipeWarnings } from './recipe-warnings.tsx';
import { RolesTable } from './roles-table.tsx';

/** The proposed recipe to be read and, where wished, trimmed. */
export function RecipeStep({
  recipe,
  onBack,
  onAccept,
}: {
  recipe: Recipe;
  onBack: () => void;
  onAccept: (recipe: Recipe) => void;
}) {
  const [dropped, setDropped] = useState<ReadonlySet<string>>(new Set());
  const rows = filterWords(recipe);
  const kept = recipe.features.filter(({ name }) => !dropped.has(name));
  return (
    <Stack>
      <div>
        <Text fw={600}>{questionWords(recipe)}</Text>
        {rows !== null && (
          <Text size="sm" c="dimmed">
            Learned from {rows}
          </Text>
        )}
      </div>
      <RecipeWarnings recipe={recipe} />
      <Section title="Your columns" hint="What each is used for, and why.">
        <RolesTable roles={recipe.roles} />
      </Section>
      <Section
        title="What the model will look at"
        hint={`${kept.length} of ${recipe.features.length} features. Untick what it must not use.`}
      >
        <FeatureChoice
          features={recipe.features}
          entity={recipe.entity}
          dropped={dropped}
          onChange={setDropped}
        />
      </Section>
      <Group justify="space-between">
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
        <Button disabled={kept.length === 0} onClick={() => onAccept({ ...recipe, features: kept })}>
          Use this recipe
        </Button>
      </Group>
    </Stack>
  );
}
