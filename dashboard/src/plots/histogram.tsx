import * as Plot from '@observablehq/plot';
import { useMemo } from 'react';
import { formatCount, formatNumber, formatShort } from '../format/numbers.ts';
import { formatDay } from '../format/times.ts';
import { colors } from './colors.ts';
import { drawnBins, type DrawnBin } from './drawn-bins.ts';
import { PlotFigure } from './plot-figure.tsx';

interface Bin {
  low: number;
  high: number;
  count: number;
}

/** How often values of a range occur; `isTime`: bounds are epoch milliseconds. Rare values beyond are the paler outer bars. */
export function Histogram({
  bins,
  label,
  isTime = false,
}: {
  bins: readonly Bin[];
  label: string;
  isTime?: boolean;
}) {
  const options = useMemo((): Plot.PlotOptions => {
    const at = (x: number) => (isTime ? new Date(x) : x);
    const show = isTime ? (x: number) => formatDay(new Date(x).toISOString()) : formatNumber;
    return {
      marginLeft: 12,
      marginRight: 12,
      marginTop: 4,
      marginBottom: 20,
      x: { label: null, ticks: 4, ...(isTime ? { type: 'utc' } : { tickFormat: formatShort }) },
      y: { axis: null },
      marks: [
        Plot.rectY(drawnBins(bins), {
          x1: ({ from }: DrawnBin) => at(from),
          x2: ({ to }: DrawnBin) => at(to),
          y: 'count',
          fill: colors.model,
          fillOpacity: ({ isTail }: DrawnBin) => (isTail ? 0.45 : 1),
          insetLeft: 0.5,
          insetRight: 0.5,
          title: ({ low, high, count }: DrawnBin) =>
            `${show(low)} to ${show(high)}: ${formatCount(count)} rows`,
          tip: true,
        }),
        Plot.ruleY([0]),
      ],
    };
  }, [bins, isTime]);
  return <PlotFigure options={options} label={label} height={96} />;
}
