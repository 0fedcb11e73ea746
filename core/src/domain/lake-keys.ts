/**
 * Every key of the lake is built here. Writers put the manifest last, of a model version its card; readers trust only what
 * that names (docs/adr/0014).
 */

export const servingManifestKey = 'serving/manifest.json';

const dataset = (workspace: string, id: string) => `workspaces/${workspace}/datasets/${id}`;
const model = (workspace: string, id: string) => `workspaces/${workspace}/models/${id}`;

/** All of a dataset but the files that were uploaded for it, and Redshift's unloads on their way. */
export const datasetFolder = (workspace: string, id: string) => `${dataset(workspace, id)}/`;
/** All of a model: training sets, versions, online features, batch predictions. */
export const modelFolder = (workspace: string, id: string) => `${model(workspace, id)}/`;

export const uploadKey = (workspace: string, upload: string) => `workspaces/${workspace}/uploads/${upload}`;

export function recordsKey(workspace: string, datasetId: string, day: string, batch: string): string {
  return `${recordsPrefix(workspace, datasetId)}${day}/${batch}.parquet`;
}
export const recordsPrefix = (workspace: string, datasetId: string) =>
  `${dataset(workspace, datasetId)}/records/`;

/** Rows of a source as they came, until a feature set has them; `attempt` keeps two writers apart. */
export function importChunkKeys(workspace: string, datasetId: string, chunk: string, attempt: string) {
  const prefix = `${dataset(workspace, datasetId)}/imports/${chunk}-${attempt}/`;
  return {
    prefix,
    part: (index: number) => `${prefix}part-${String(index).padStart(5, '0')}.parquet`,
    manifest: `${prefix}manifest.json`,
  };
}

export function featureSetKeys(workspace: string, datasetId: string, n: number) {
  const prefix = `${dataset(workspace, datasetId)}/feature-sets/${n}/`;
  return {
    prefix,
    /** `attempt` keeps two writers of one feature set apart: the manifest names the parts of one of them. */
    part: (index: number, attempt: string) =>
      `${prefix}part-${String(index).padStart(5, '0')}-${attempt}.parquet`,
    /** Values that fit no column. */
    quarantine: (attempt: string) => `${prefix}quarantine-${attempt}.parquet`,
    schema: `${prefix}schema.json`,
    manifest: `${prefix}manifest.json`,
    sample: `${prefix}sample.json`,
    summary: `${prefix}summary.json`,
  };
}

export function trainingSetKeys(workspace: string, modelId: string, n: number) {
  const prefix = `${model(workspace, modelId)}/training-sets/${n}/`;
  return {
    prefix,
    recipe: `${prefix}recipe.json`,
    manifest: `${prefix}manifest.json`,
    /** Folders of the runs that make it, one an attempt. */
    runs: `${prefix}runs/`,
  };
}

/**
 * `attempt` keeps two writers of one version apart: the card, written last, names that of the first to have ended. Null:
 * the version has no attempts, as those made before there were any.
 */
export function modelVersionKeys(
  workspace: string,
  modelId: string,
  n: number,
  attempt: string | null = null,
) {
  const prefix = `${model(workspace, modelId)}/versions/${n}/`;
  const of = attempt === null ? '' : `-${attempt}`;
  return {
    prefix,
    model: `${prefix}model${of}.txt`,
    checkRows: `${prefix}check-rows${of}.json`,
    metrics: `${prefix}metrics${of}.json`,
    card: `${prefix}model-card.json`,
  };
}

export function onlineFeaturesKeys(workspace: string, modelId: string, n: number) {
  const prefix = `${model(workspace, modelId)}/online-features/${n}/`;
  return { prefix, values: `${prefix}features.bin`, manifest: `${prefix}manifest.json` };
}

/** Folders of the runs that take a model's snapshot for a job, one an attempt. */
export const onlineFeaturesRuns = (workspace: string, modelId: string, job: string) =>
  `${model(workspace, modelId)}/online-features/runs/${job}/`;

export function batchPredictionKeys(workspace: string, modelId: string, job: string) {
  const prefix = `${model(workspace, modelId)}/batch-predictions/${job}/`;
  return {
    prefix,
    /** As the parts of a feature set: the manifest names that of the first attempt to have ended. */
    part: (attempt: string) => `${prefix}part-00000-${attempt}.parquet`,
    manifest: `${prefix}manifest.json`,
    runs: `${prefix}runs/`,
  };
}

/** Files to be copied into Redshift, with the COPY manifest that names them. */
export function stagingKeys(table: 'experiment_assignments' | 'metric_events', load: string) {
  const prefix = `staging/${table}/${load}/`;
  return { prefix, data: `${prefix}data.csv`, manifest: `${prefix}manifest.json` };
}

/** Where Redshift unloads the rows of a dataset's imports to. */
export const datasetUnloadsFolder = (workspace: string, datasetId: string) =>
  `staging/imports/${workspace}/${datasetId}/`;
/** Where Redshift unloads the rows of a job to, until they are a chunk of its import. */
export const unloadsPrefix = (workspace: string, datasetId: string, job: string) =>
  `${datasetUnloadsFolder(workspace, datasetId)}${job}/`;
/** Of one statement, which writes the manifest's name right after the prefix. */
export function unloadKeys(workspace: string, datasetId: string, job: string, statement: string) {
  const prefix = `${unloadsPrefix(workspace, datasetId, job)}${statement}/`;
  return { prefix, manifest: `${prefix}manifest` };
}
