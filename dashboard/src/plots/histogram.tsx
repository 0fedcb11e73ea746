import * as Plot from '@observablehq/plot';
import { useMemo } from 'react';
import { formatNumber, formatShort } from '../format/numbers.ts';
import { colors } from './colors.ts';
import { PlotFigure } from './plot-figure.tsx';

interface Bin {
  low: number;
  high: number;
  count: number;
}

/** How often values of a range occur; `isTime`: bounds are epoch milliseconds. */
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
    return {
      marginLeft: 8,
      marginRight: 12,
      marginTop: 4,
      marginBottom: 20,
      x: { label: null, ticks: 4, ...(isTime ? { type: 'utc' } : { tickFormat: formatShort }) },
      y: { axis: null },
      marks: [
        Plot.rectY(bins, {
          x1: (bin: Bin) => at(bin.low),
          x2: (bin: Bin) => at(bin.high),
          y: 'count',
          fill: colors.model,
          insetLeft: 0.5,
          insetRight: 0.5,
          tip: { format: { x: false, y: false } },
          channels: isTime
            ? { rows: 'count' }
            : {
                from: (bin: Bin) => formatNumber(bin.low),
                to: (bin: Bin) => formatNumber(bin.high),
                rows: 'count',
              },
        }),
        Plot.ruleY([0]),
      ],
    };
  }, [bins, isTime]);
  return <PlotFigure options={options} label={label} height={96} />;
}
