import type { Model } from '@foretell/core/contracts/control-api/models';
import { Badge, Group, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { formatCount } from '../../format/numbers.ts';
import { Loaded } from '../../widgets/loaded.tsx';
import { TextLink } from '../../widgets/text-link.tsx';
import { TimeAgo } from '../../widgets/time-ago.tsx';
import { headline, judge } from './headline.ts';
import { versionsQuery } from './model-queries.ts';

export function VersionsPanel({ model }: { model: Model }) {
  const query = useQuery(versionsQuery(model.id));
  return (
    <Loaded query={query} height={160}>
      {(versions) =>
        versions.length === 0 ? (
          <Text c="dimmed">No version yet: the first training makes version 1.</Text>
        ) : (
          <Stack gap="sm">
            {versions.map(({ n, metrics, card, createdAt }) => {
              const { color, words } = judge(metrics);
              return (
                <Paper key={n} withBorder p="md">
                  <Group justify="space-between">
                    <Group gap="xs">
                      <TextLink to={`/models/${model.id}/versions/${n}`} strong>
                        Version {n}
                      </TextLink>
                      <Badge color={color} variant="light" tt="none">
                        {words}
                      </Badge>
                      {model.deployedVersion === n && (
                        <Badge color="teal" tt="none">
                          deployed
                        </Badge>
                      )}
                    </Group>
                    <TimeAgo at={createdAt} />
                  </Group>
                  <Text size="sm" mt={4}>
                    {headline(metrics, card.recipe)}
                  </Text>
                  <Text size="sm" c="dimmed">
                    Learned from {formatCount(metrics.rows.train)} rows, judged on{' '}
                    {formatCount(metrics.rows.test)} later ones.
                  </Text>
                </Paper>
              );
            })}
          </Stack>
        )
      }
    </Loaded>
  );
}
