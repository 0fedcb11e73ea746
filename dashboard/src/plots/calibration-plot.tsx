import * as Plot from '@observablehq/plot';
import { useMemo } from 'react';
import { formatCount } from '../format/numbers.ts';
import { colors } from './colors.ts';
import { PlotFigure } from './plot-figure.tsx';

interface Bin {
  predicted: number;
  observed: number;
  count: number;
}

/** What was predicted against what happened, in bins of equal count; on the diagonal it keeps its word. */
export function CalibrationPlot({ bins, what }: { bins: readonly Bin[]; what: string }) {
  const options = useMemo((): Plot.PlotOptions => {
    const ends = bins.flatMap(({ predicted, observed }) => [predicted, observed]);
    const low = Math.min(...ends);
    const high = Math.max(...ends);
    return {
      marginLeft: 52,
      x: { label: `predicted ${what}`, nice: true, ticks: 5, domain: [low, high] },
      y: { label: `what happened`, nice: true, ticks: 5, grid: true, domain: [low, high] },
      marks: [
        Plot.line(
          [
            [low, low],
            [high, high],
          ],
          { stroke: colors.reference, strokeDasharray: '4 4' },
        ),
        Plot.line(bins, { x: 'predicted', y: 'observed', stroke: colors.model, strokeOpacity: 0.5 }),
        Plot.dot(bins, {
          x: 'predicted',
          y: 'observed',
          fill: colors.model,
          r: 4.5,
          tip: true,
          channels: { rows: (bin: Bin) => formatCount(bin.count) },
        }),
      ],
    };
  }, [bins, what]);
  return (
    <PlotFigure
      options={options}
      label={`Calibration: predicted ${what} against what happened`}
      height={280}
    />
  );
}
