/** What units do: `draw` gives one unit's value; `lifted` the same in the group that is treated. */
export interface World {
  name: string;
  kind: 'conversion' | 'sum';
  draw: (random: () => number) => number;
  lifted: (random: () => number) => number;
  /** Units of both groups after which a trial ends without a verdict. */
  horizon: number;
}

/** Enough units for a few times the conversions that a verdict wants. */
const horizonOf = (rate: number) => Math.max(20_000, Math.round(800 / rate));

/** A share `rate` converts, `rate + lift` when treated. */
export function conversions(rate: number, lift = 0): World {
  return {
    name: lift === 0 ? `conversion ${rate}` : `conversion ${rate} → ${Number((rate + lift).toFixed(6))}`,
    kind: 'conversion',
    draw: (random) => Number(random() < rate),
    lifted: (random) => Number(random() < rate + lift),
    horizon: horizonOf(rate),
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** One in twenty buys, for a log-normal amount: with σ = 1.5 the largest hundredth of orders is a fifth of the revenue. */
export function revenue(lift = 0): World {
  const buys = 0.05;
  const order = (random: () => number) => (random() < buys ? Math.exp(3 + 1.5 * normal(random)) : 0);
  return {
    name: lift === 0 ? 'heavy-tailed revenue' : `heavy-tailed revenue × ${1 + lift}`,
    kind: 'sum',
    draw: order,
    lifted: (random) => (1 + lift) * order(random),
    horizon: 100_000,
  };
}
