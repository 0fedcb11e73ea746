/** A model's online feature values, as files on S3. */
export interface FeatureFile {
  model: string;
  bytes: number;
}

/**
 * The models whose online feature values are held in memory: in the manifest's order (newest deployment first), each that
 * still fits. A function of manifest and sizes alone, so that replicas agree; the others' values are read from S3 by
 * ranges. While a newer file takes the place of an older one, both are held.
 */
export function planFeatureMemory(files: readonly FeatureFile[], memoryBytes: number): Set<string> {
  let left = memoryBytes;
  const held = new Set<string>();
  for (const { model, bytes } of files) {
    if (bytes > left) continue;
    held.add(model);
    left -= bytes;
  }
  return held;
}
