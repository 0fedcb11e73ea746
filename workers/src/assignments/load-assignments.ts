import type { Assignment } from '@foretell/core/contracts/messages';
import { loadStaged, type StagedLoadDeps } from '../warehouse/staged-load.ts';

const columns = [
  ['experiment', 'VARCHAR(36)'],
  ['unit', 'VARCHAR(4096)'],
  ['group_name', 'VARCHAR(8)'],
  ['exposed_at', 'TIMESTAMP'],
] as const satisfies [string, string][];

/** The first exposure of each unit, and whether its exposures disagree about the group. */
const firstOfEach = `CREATE TEMP TABLE incoming AS
  SELECT experiment, unit, group_name, exposed_at, conflicts FROM (
    SELECT experiment, unit, group_name, exposed_at,
      CASE WHEN MIN(group_name) OVER (PARTITION BY experiment, unit) <> MAX(group_name) OVER (PARTITION BY experiment, unit)
        THEN 1 ELSE 0 END AS conflicts,
      ROW_NUMBER() OVER (PARTITION BY experiment, unit ORDER BY exposed_at, group_name) AS place
    FROM staged
  ) AS ranked WHERE place = 1`;

/** The earliest exposure wins, in whichever order they arrive; the same again changes nothing. */
const merge = `MERGE INTO experiment_assignments USING incoming
  ON experiment_assignments.experiment = incoming.experiment AND experiment_assignments.unit = incoming.unit
  WHEN MATCHED THEN UPDATE SET
    group_name = CASE WHEN incoming.exposed_at < experiment_assignments.exposed_at
      THEN incoming.group_name ELSE experiment_assignments.group_name END,
    exposed_at = LEAST(experiment_assignments.exposed_at, incoming.exposed_at),
    conflicts = GREATEST(experiment_assignments.conflicts, incoming.conflicts,
      CASE WHEN experiment_assignments.group_name <> incoming.group_name THEN 1 ELSE 0 END)
  WHEN NOT MATCHED THEN INSERT (experiment, unit, group_name, exposed_at, conflicts)
    VALUES (incoming.experiment, incoming.unit, incoming.group_name, incoming.exposed_at, incoming.conflicts)`;

/** Assignments → `experiment_assignments`, one row a unit of an experiment; `together` is run in the same transaction. */
export async function loadAssignments(
  deps: StagedLoadDeps,
  assignments: readonly Assignment[],
  together: readonly string[] = [],
): Promise<void> {
  await loadStaged(deps, {
    table: 'experiment_assignments',
    columns,
    rows: assignments.map(({ experiment, unit, group, exposedAt }) => [
      experiment,
      unit,
      group,
      new Date(exposedAt),
    ]),
    merge: [firstOfEach, merge, ...together],
  });
}
