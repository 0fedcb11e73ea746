import * as Plot from '@observablehq/plot';
import { useMemo } from 'react';
import { colors } from './colors.ts';
import { PlotFigure } from './plot-figure.tsx';

interface Point {
  recall: number;
  precision: number;
}

/** How often an alarm is right, for how many true cases are caught; `base`: the share of positives (guessing). */
export function PrecisionRecallCurve({ points, base }: { points: readonly Point[]; base: number | null }) {
  const options = useMemo(
    (): Plot.PlotOptions => ({
      x: { label: 'caught (share of the positives)', domain: [0, 1], ticks: 5 },
      y: { label: 'right alarms (share)', domain: [0, 1], ticks: 5, grid: true },
      marks: [
        base === null ? null : Plot.ruleY([base], { stroke: colors.reference, strokeDasharray: '4 4' }),
        Plot.line(points, { x: 'recall', y: 'precision', stroke: colors.model, strokeWidth: 2, tip: true }),
      ],
    }),
    [points, base],
  );
  return (
    <PlotFigure options={options} label="Precision and recall; the dashed line is guessing" height={280} />
  );
}
