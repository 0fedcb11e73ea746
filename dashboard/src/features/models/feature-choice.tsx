import type { Feature } from '@foretell/core/contracts/recipe';
import { Accordion, Checkbox, Group, SimpleGrid, Text } from '@mantine/core';
import { type FeatureGroup, groupFeatures, wordsInGroup } from './recipe-words.ts';

/** Features to tick off, by where they come from. */
export function FeatureChoice({
  features,
  entity,
  dropped,
  onChange,
}: {
  features: readonly Feature[];
  entity: string;
  dropped: ReadonlySet<string>;
  onChange: (dropped: ReadonlySet<string>) => void;
}) {
  const setKept = (names: readonly string[], keep: boolean) => {
    const next = new Set(dropped);
    for (const name of names) {
      if (keep) next.delete(name);
      else next.add(name);
    }
    onChange(next);
  };
  return (
    <Accordion multiple variant="contained" keepMounted={false}>
      {groupFeatures(features, entity).map((group) => (
        <Group key={group.title} align="start" wrap="nowrap" gap="xs">
          <GroupCheckbox group={group} dropped={dropped} setKept={setKept} />
          <Accordion.Item value={group.title} style={{ flex: 1, minWidth: 0 }}>
            <Accordion.Control>
              <Text span fw={500}>
                {group.title}
              </Text>{' '}
              <Text span size="sm" c="dimmed">
                {group.features.filter(({ name }) => !dropped.has(name)).length} of {group.features.length}
              </Text>
            </Accordion.Control>
            <Accordion.Panel>
              <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
                {group.features.map((feature) => (
                  <Checkbox
                    key={feature.name}
                    label={wordsInGroup(feature)}
                    checked={!dropped.has(feature.name)}
                    onChange={(event) => setKept([feature.name], event.currentTarget.checked)}
                  />
                ))}
              </SimpleGrid>
            </Accordion.Panel>
          </Accordion.Item>
        </Group>
      ))}
    </Accordion>
  );
}

function GroupCheckbox({
  group,
  dropped,
  setKept,
}: {
  group: FeatureGroup;
  dropped: ReadonlySet<string>;
  setKept: (names: readonly string[], keep: boolean) => void;
}) {
  const names = group.features.map(({ name }) => name);
  const kept = names.filter((name) => !dropped.has(name)).length;
  return (
    <Checkbox
      mt={14}
      aria-label={`Use all of: ${group.title}`}
      checked={kept === names.length}
      indeterminate={kept > 0 && kept < names.length}
      onChange={(event) => setKept(names, event.currentTarget.checked)}
    />
  );
}
