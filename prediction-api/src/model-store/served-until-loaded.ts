import type { ServingModel } from '@foretell/core/contracts/serving-manifest';

export const sameVersion = (a: ServingModel, b: ServingModel): boolean =>
  a.version === b.version && JSON.stringify(a.keys) === JSON.stringify(b.keys);

export const sameFeatures = (a: ServingModel, b: ServingModel): boolean =>
  JSON.stringify(a.onlineFeatures) === JSON.stringify(b.onlineFeatures);

/**
 * What a model is served by while what the manifest names for it is not loaded: the same version with older feature
 * values as the manifest says; an older version outside of any experiment, unless it is in the one it was in before.
 */
export function servedUntilLoaded(loaded: ServingModel, wanted: ServingModel): ServingModel {
  if (sameVersion(loaded, wanted)) return { ...wanted, onlineFeatures: loaded.onlineFeatures };
  const goesOn = loaded.experiment !== null && loaded.experiment.id === wanted.experiment?.id;
  return goesOn ? loaded : { ...loaded, experiment: null };
}
