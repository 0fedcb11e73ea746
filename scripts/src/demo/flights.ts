import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';

/**
 * The flights data of npm vega-datasets: three million US departures of the first half of 2001.
 * Everything before `cutoff` is the past that is imported; the day after it is the future that is replayed.
 */
const cutoff = '2001-06-17 00:00:00';

/** A departure that the model has never seen, with what really happened. */
const heldOutFlight = z.object({
  flight: z.string(),
  date: z.string(),
  origin: z.string(),
  destination: z.string(),
  distance: z.number(),
  delay: z.number(),
});
export type HeldOutFlight = z.output<typeof heldOutFlight>;

export interface FlightsData {
  /** A Parquet file with the columns of the original: date, delay, distance, origin, destination. */
  pastFile: string;
  pastRows: number;
  heldOut: HeldOutFlight[];
}

/** Cuts the data in time. `rows`: only the newest so many of the past; `replay`: how many held-out flights, at most. */
export async function prepareFlights(
  directory: string,
  rows: number | null,
  replay: number,
): Promise<FlightsData> {
  const source = fileURLToPath(new URL('../data/flights-3m.parquet', import.meta.resolve('vega-datasets')));
  mkdirSync(directory, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  try {
    await db.run(`CREATE VIEW flights AS SELECT * FROM '${quoted(source)}'`);
    const pastFile = join(directory, 'flights.parquet');
    // Many leave in one minute: by all columns, the same rows are drawn in the same order each time.
    const others = 'origin, destination, distance, delay';
    const newest = rows === null ? '' : `ORDER BY date DESC, ${others} LIMIT ${rows}`;
    await db.run(
      `COPY (SELECT * FROM (SELECT * FROM flights WHERE date < TIMESTAMP '${cutoff}' ${newest}) ORDER BY date, ${others})
       TO '${quoted(pastFile)}' (FORMAT parquet, COMPRESSION zstd)`,
    );
    const counted = await db.runAndReadAll(`SELECT count(*)::INTEGER AS n FROM '${quoted(pastFile)}'`);
    return {
      pastFile,
      pastRows: Number(counted.getRowObjectsJson()[0]?.['n']),
      heldOut: await readHeldOut(db, replay),
    };
  } finally {
    db.closeSync();
    instance.closeSync();
  }
}

/** A repeatable uniform draw of the held-out day, in the order the flights left. */
async function readHeldOut(db: DuckDBConnection, replay: number): Promise<HeldOutFlight[]> {
  const result = await db.runAndReadAll(
    `SELECT 'flight-' || row_number() OVER (ORDER BY date, origin, destination, distance, delay) AS flight,
            strftime(date, '%Y-%m-%dT%H:%M:%SZ') AS date, origin, destination,
            distance::INTEGER AS distance, delay::INTEGER AS delay
     FROM (SELECT * FROM flights
           WHERE date >= TIMESTAMP '${cutoff}' AND date < TIMESTAMP '${cutoff}' + INTERVAL 1 DAY
           ORDER BY md5(date::VARCHAR || origin || destination || distance::VARCHAR || delay::VARCHAR)
           LIMIT ${replay})
     ORDER BY date, flight`,
  );
  return z.array(heldOutFlight).parse(result.getRowObjectsJson());
}

const quoted = (path: string) => path.replaceAll("'", "''");
