import { join } from 'node:path';
import { basename } from 'node:path';
import type { RecipeQuestion } from '@foretell/core/contracts/control-api';
import type { PredictionResponse } from '@foretell/core/contracts/public-api';
import type { DemoArguments, OwnData } from './arguments.ts';
import { prepareFlights, type HeldOutFlight } from './flights.ts';
import { lastRows, type Row } from './own-data.ts';
import type { PredictionCall } from './replay.ts';

/** What a demo run is about: the flights, or the user's own file. The steps are the same. */
export interface DemoPlan {
  title: string;
  file: string;
  datasetName: string;
  modelName: string;
  question: Omit<RecipeQuestion, 'dataset'>;
  /** The requests that are replayed, without the model's id. */
  calls: Omit<PredictionCall, 'model'>[];
  outcome: { dataset: string; metric: string; unitColumn: string };
  /** The true outcome of call `index`, if it is known. */
  outcomeOf: ((index: number, answer: PredictionResponse) => Record<string, unknown>) | null;
}

/** A departure counts as late when it left more than this many minutes after its time. */
const lateMinutes = 15;

export async function flightsPlan(directory: string, options: DemoArguments): Promise<DemoPlan> {
  const flights = await prepareFlights(directory, options.rows, options.replay);
  return {
    title: 'Will this flight be more than 15 minutes late?',
    file: flights.pastFile,
    datasetName: 'flights',
    modelName: 'more than 15 minutes late',
    question: {
      entity: 'origin',
      time: 'date',
      label: { column: 'delay', op: '>', value: lateMinutes },
      // A day later every departure's delay is known: from then on it may be used as the airport's history.
      knownAfterDays: { delay: 1 },
      exclude: [],
    },
    calls: flights.heldOut.map(({ flight, date, origin, destination, distance }) => ({
      entity: origin,
      unit: flight,
      features: { date, destination, distance },
    })),
    outcome: { dataset: 'flight outcomes', metric: 'warned_rightly', unitColumn: 'flight' },
    outcomeOf: (index, answer) => outcomeOfFlight(flights.heldOut[index], answer),
  };
}

function outcomeOfFlight(flight: HeldOutFlight | undefined, answer: PredictionResponse) {
  if (!flight) throw new Error('there is no such held-out flight');
  const late = flight.delay > lateMinutes;
  return {
    record_id: flight.flight,
    timestamp: new Date().toISOString(),
    flight: flight.flight,
    delay: flight.delay,
    late,
    warned_rightly: answer.value === late ? 1 : 0,
  };
}

export async function ownPlan(directory: string, own: OwnData, replay: number): Promise<DemoPlan> {
  const rows = await lastRows(own.file, own.time, Math.min(replay, 500));
  return {
    title: `Predict ${own.label.column}${own.label.op ? ` ${own.label.op} ${String(own.label.value)}` : ''} in ${basename(own.file)}`,
    file: own.file,
    datasetName: basename(own.file),
    modelName: `${own.label.column} of ${own.entity}`,
    question: {
      entity: own.entity,
      time: own.time,
      label: own.label,
      knownAfterDays: own.knownAfterDays,
      exclude: own.exclude,
    },
    calls: rows.map((row) => callOf(row, own)),
    outcome: { dataset: `${basename(own.file)} outcomes`, metric: 'good_outcome', unitColumn: 'unit' },
    outcomeOf: null,
  };
}

/** The row as a product would know it when it asks: not its label. Which columns the model takes is decided by its recipe. */
function callOf(row: Row, own: OwnData): Omit<PredictionCall, 'model'> {
  const { [own.label.column]: _label, [own.entity]: entity, ...features } = row;
  return { entity: String(entity), features };
}

export const demoDirectory = (root: string) => join(root, 'demo');
