import { Text, Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { formatAgo, formatTimePrecisely } from '../format/times.ts';

const refreshMs = 30_000;

/** "5 minutes ago", with the precise time on hover and focus. */
export function TimeAgo({ at }: { at: string }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), refreshMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <Tooltip label={formatTimePrecisely(at)}>
      <Text component="time" dateTime={at} size="sm" style={{ whiteSpace: 'nowrap' }}>
        {formatAgo(at, Math.max(now, Date.parse(at)))}
      </Text>
    </Tooltip>
  );
}
