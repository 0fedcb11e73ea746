import { basename, join } from 'node:path';
import type { RecipeQuestion } from '@foretell/core/contracts/control-api/models';
import { featureSetSample } from '@foretell/core/contracts/feature-set';
import type { PredictionResponse } from '@foretell/core/contracts/public-api';
import type { ControlApi } from './api-client.ts';
import type { DemoArguments, OwnData } from './arguments.ts';
import { prepareFlights, type HeldOutFlight } from './flights.ts';
import type { PredictionCall } from './replay.ts';

/** Requests without the model's id, and in words what rows they are. */
interface ReplayedRows {
  rows: Omit<PredictionCall, 'model'>[];
  told: string;
}

/** What a demo run is about: the flights, or the user's own file. The steps are the same. */
export interface DemoPlan {
  title: string;
  file: string;
  datasetName: string;
  modelName: string;
  question: Omit<RecipeQuestion, 'dataset'>;
  /** What the decision threshold is chosen for. */
  threshold: 'f1' | 'accuracy';
  /** What is replayed once there is a model, which learned from rows before `testFrom`. */
  replayed: (api: ControlApi, dataset: string, testFrom: string) => Promise<ReplayedRows>;
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
    // The metric counts a wrong warning and a missed one alike: so does the threshold.
    threshold: 'accuracy',
    replayed: () =>
      Promise.resolve({
        rows: flights.heldOut.map(callOfFlight),
        told: 'flights of the day after those that were imported',
      }),
    outcome: { dataset: 'flight outcomes', metric: 'warned_rightly', unitColumn: 'flight' },
    outcomeOf: (index, answer) => outcomeOfFlight(flights.heldOut[index], answer),
  };
}

const callOfFlight = ({ flight, date, origin, destination, distance }: HeldOutFlight) => ({
  entity: origin,
  unit: flight,
  features: { date, destination, distance },
});

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

export function ownPlan(own: OwnData, replay: number): DemoPlan {
  const { file, entity, time, label, knownAfterDays, exclude } = own;
  const name = basename(file);
  return {
    title: `Predict ${label.column}${label.op ? ` ${label.op} ${String(label.value)}` : ''} in ${name}`,
    file,
    datasetName: name,
    modelName: `${label.column} of ${entity}`,
    question: { entity, time, label, knownAfterDays, exclude },
    threshold: 'f1',
    replayed: (api, dataset, testFrom) =>
      newestRows(api, dataset, own, testFrom, Math.min(replay, mostOwnRows)),
    outcome: { dataset: `${name} outcomes`, metric: 'good_outcome', unitColumn: 'unit' },
    outcomeOf: null,
  };
}

const mostOwnRows = 500;

/** The sample's newest rows as a product would know them when it asks, without their label: those it did not learn from, if any. */
async function newestRows(
  api: ControlApi,
  dataset: string,
  own: OwnData,
  testFrom: string,
  limit: number,
): Promise<ReplayedRows> {
  const { rows } = await api.get(`/datasets/${dataset}/sample`, featureSetSample);
  const known = rows.filter((row) => row[own.entity] != null && row[own.time] != null);
  known.sort((a, b) => String(b[own.time]).localeCompare(String(a[own.time])));
  const unlearned = known.filter((row) => Date.parse(String(row[own.time])) >= Date.parse(testFrom));
  const [chosen, told] =
    unlearned.length > 0
      ? [unlearned, 'rows of the test split, which the model has not learned from']
      : [known, 'your newest rows, which the model has learned from'];
  return {
    rows: chosen.slice(0, limit).map((row) => {
      const { [own.label.column]: _label, [own.entity]: entity, ...features } = row;
      return { entity: String(entity), features };
    }),
    told,
  };
}

export const demoDirectory = (root: string) => join(root, 'demo');
