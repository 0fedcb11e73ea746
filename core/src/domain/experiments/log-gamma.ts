/** Below this the series is not exact enough, and Γ(x + 1) = xΓ(x) takes the argument above it. */
const seriesFrom = 15;

/** ln Γ(x) for x > 0, by Stirling's series. */
export function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < seriesFrom) shift += Math.log(z++);
  const i = 1 / z;
  const j = i * i;
  const series = i * (1 / 12 - j * (1 / 360 - j * (1 / 1260 - j * (1 / 1680 - j / 1188))));
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
