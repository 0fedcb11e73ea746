interface Bin {
  low: number;
  high: number;
  count: number;
}

export interface DrawnBin extends Bin {
  /** Where it is drawn from and to. */
  from: number;
  to: number;
  /** It holds the rare values beyond, and is drawn narrower than it is. */
  isTail: boolean;
}

/** How many times wider than the others an outer bin is when it holds a tail. */
const tailFactor = 3;

function middleWidth(bins: readonly Bin[]): number {
  const widths = bins.map(({ low, high }) => high - low).sort((a, b) => a - b);
  return widths[Math.floor(widths.length / 2)] ?? 0;
}

/** A histogram's outer bins may reach very far: drawn to scale, they would leave no room for all the others. */
export function drawnBins(bins: readonly Bin[]): DrawnBin[] {
  const width = middleWidth(bins);
  return bins.map((bin, index) => {
    const isTail = width > 0 && bin.high - bin.low > tailFactor * width;
    if (isTail && index === 0) return { ...bin, from: bin.high - width, to: bin.high, isTail };
    if (isTail && index === bins.length - 1) return { ...bin, from: bin.low, to: bin.low + width, isTail };
    return { ...bin, from: bin.low, to: bin.high, isTail: false };
  });
}
