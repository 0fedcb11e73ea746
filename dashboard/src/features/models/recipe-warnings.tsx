import type { Recipe } from '@foretell/core/contracts/recipe';
import { Alert, List, Stack } from '@mantine/core';
import { IconAlertTriangle, IconDropletOff } from '@tabler/icons-react';

/** Leaks first, then all else worth knowing before training. */
export function RecipeWarnings({ recipe }: { recipe: Pick<Recipe, 'roles' | 'warnings'> }) {
  const leaks = recipe.roles.flatMap(({ column, leak, reason }) =>
    leak === undefined ? [] : [{ column, reason }],
  );
  const others = recipe.warnings.filter(
    (text) => !leaks.some(({ column }) => text.startsWith(`"${column}" looks like a leak`)),
  );
  return (
    <Stack gap="sm">
      {leaks.length > 0 && (
        <Alert
          color="red"
          icon={<IconDropletOff />}
          title="These columns give the answer away, so they are left out"
        >
          <List size="sm">
            {leaks.map(({ column, reason }) => (
              <List.Item key={column}>
                <b>{column}</b>: {reason}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      {others.length > 0 && (
        <Alert color="yellow" icon={<IconAlertTriangle />} title="Worth knowing">
          <List size="sm">
            {others.map((text) => (
              <List.Item key={text}>{text}</List.Item>
            ))}
          </List>
        </Alert>
      )}
    </Stack>
  );
}
