/** Φ(x), by Marsaglia's series (2004): exact to a double's digits, and 0 or 1 where those end. */
export function normalCdf(x: number): number {
  if (x < -8) return 0;
  if (x > 8) return 1;
  let sum = x;
  let term = x;
  for (let i = 3; sum + term !== sum; i += 2) {
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + sum * (Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI));
}
