import { Text, Tooltip } from '@mantine/core';
import { formatAgo, formatTimePrecisely } from '../format/times.ts';
import { useNow } from './use-now.ts';

const refreshMs = 30_000;

/** "5 minutes ago", with the precise time on hover and focus. */
export function TimeAgo({ at }: { at: string }) {
  const now = useNow(refreshMs);
  return (
    <Tooltip label={formatTimePrecisely(at)}>
      <Text component="time" dateTime={at} size="sm" style={{ whiteSpace: 'nowrap' }}>
        {formatAgo(at, Math.max(now, Date.parse(at)))}
      </Text>
    </Tooltip>
  );
}
