import * as Plot from '@observablehq/plot';
import { useMemo } from 'react';
import { colors } from './colors.ts';
import { PlotFigure } from './plot-figure.tsx';

interface Point {
  fpr: number;
  tpr: number;
}

/** At every threshold: how many true cases are caught for how many false alarms. */
export function RocCurve({ points }: { points: readonly Point[] }) {
  const options = useMemo(
    (): Plot.PlotOptions => ({
      x: { label: 'false alarms (share of the negatives)', domain: [0, 1], ticks: 5, percent: false },
      y: { label: 'caught (share of the positives)', domain: [0, 1], ticks: 5, grid: true },
      marks: [
        // Straight between two points: rows of one score are taken together, in no order among themselves.
        Plot.areaY(points, { x: 'fpr', y: 'tpr', fill: colors.model, fillOpacity: 0.15 }),
        Plot.line(
          [
            [0, 0],
            [1, 1],
          ],
          { stroke: colors.reference, strokeDasharray: '4 4' },
        ),
        Plot.line(points, { x: 'fpr', y: 'tpr', stroke: colors.model, strokeWidth: 2, tip: true }),
      ],
    }),
    [points],
  );
  return <PlotFigure options={options} label="ROC curve; the dashed diagonal is guessing" height={280} />;
}
