import * as Plot from '@observablehq/plot';
import { useMemo } from 'react';
import { colors } from './colors.ts';
import { PlotFigure } from './plot-figure.tsx';

export interface LookPoint {
  at: Date;
  estimate: number;
  low: number;
  high: number;
}

/** The estimate with its always-valid interval, look after look; above zero the model is ahead. */
export function IntervalOverLooks({
  points,
  unit,
  format,
}: {
  points: readonly LookPoint[];
  unit: string;
  format: (value: number) => string;
}) {
  const options = useMemo(
    (): Plot.PlotOptions => ({
      marginLeft: 64,
      marginRight: 24,
      x: { type: 'time', label: null, ticks: 6, ...(points.length > 1 ? {} : { axis: null }) },
      y: { label: `model − fallback, ${unit}`, grid: true, tickFormat: format, nice: true },
      marks: [
        Plot.areaY(points, { x: 'at', y1: 'low', y2: 'high', fill: colors.model, fillOpacity: 0.18 }),
        points.length > 1
          ? null
          : Plot.ruleX(points, { x: 'at', y1: 'low', y2: 'high', stroke: colors.model, strokeWidth: 3 }),
        Plot.ruleY([0], { stroke: 'currentColor', strokeWidth: 1.5 }),
        Plot.lineY(points, { x: 'at', y: 'estimate', stroke: colors.model, strokeWidth: 2 }),
        Plot.dot(points, {
          x: 'at',
          y: 'estimate',
          fill: colors.model,
          r: 3.5,
          tip: { format: { x: (at: Date) => at.toLocaleString('en-GB'), y: format } },
          channels: { low: (p: LookPoint) => format(p.low), high: (p: LookPoint) => format(p.high) },
        }),
      ],
    }),
    [points, unit, format],
  );
  return (
    <PlotFigure
      options={options}
      label="Estimated difference and its interval over time, with a line at zero"
      height={300}
    />
  );
}
