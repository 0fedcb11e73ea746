import { job } from '@foretell/core/contracts/control-api/jobs';
import { type Model } from '@foretell/core/contracts/control-api/models';
import { Button, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { readableError } from '../../api/api-error.ts';
import { sendJson } from '../../api/client.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { formatCount } from '../../format/numbers.ts';
import { FormAlert } from '../../widgets/form-alert.tsx';
import { TimeAgo } from '../../widgets/time-ago.tsx';
import { useRole } from '../sessions/me-query.ts';

/** Up to when a deployed model knows its entities' past, and the way to bring it up to date. */
export function Freshness({ model }: { model: Model }) {
  const { mayEdit } = useRole();
  const refresh = useRefresh();
  const publish = useMutation({
    mutationFn: () => sendJson('POST', `/models/${model.id}/online-features`, undefined, job),
    onSuccess: () => refresh('/jobs'),
  });
  if (!model.onlineFeatures) return null;
  const { asOf, entities, publishedAt } = model.onlineFeatures;
  return (
    <>
      <FormAlert message={publish.isError ? readableError(publish.error) : null} />
      <Group justify="space-between">
        <Text size="sm">
          It knows the past of {formatCount(entities)} {model.recipe.entity} values, up to the start of{' '}
          {asOf.slice(0, 10)} (UTC). Refreshed <TimeAgo at={publishedAt} />, and each night when newer data
          has come.
        </Text>
        {mayEdit && (
          <Button
            variant="default"
            size="xs"
            loading={publish.isPending}
            disabled={publish.isSuccess}
            onClick={() => publish.mutate()}
          >
            {publish.isSuccess ? 'Refresh has begun' : 'Refresh now'}
          </Button>
        )}
      </Group>
    </>
  );
}
