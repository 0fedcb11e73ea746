import { sourceOf, type Source } from '../src/source.ts';
import { withReader } from './compare.ts';
import { eventSchema, summaryOf, writeEvents, type Event } from './events.ts';
import { randomEvents, type EventsShape } from './random-events.ts';

/** Generated events, and the source that they are once they are written beside `folder`. */
export async function eventsIn(
  folder: string,
  shape: EventsShape,
): Promise<{ events: Event[]; source: Source }> {
  const events = randomEvents(shape);
  const path = `${folder}.parquet`;
  await withReader(`${folder}.tmp`, (connection) => writeEvents(connection, events, path));
  return { events, source: sourceOf([path], eventSchema, summaryOf(events)) };
}
