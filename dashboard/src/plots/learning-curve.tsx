import * as Plot from '@observablehq/plot';
import { useMemo } from 'react';
import { formatNumber } from '../format/numbers.ts';
import { colors } from './colors.ts';
import { PlotFigure } from './plot-figure.tsx';

interface Point {
  round: number;
  train: number;
  validation: number;
}

/** Loss by round on the rows it learns from and on later rows it is tuned on. */
export function LearningCurve({ points }: { points: readonly Point[] }) {
  const options = useMemo((): Plot.PlotOptions => {
    const lines = points.flatMap(({ round, train, validation }) => [
      { round, loss: train, on: 'learned from' },
      { round, loss: validation, on: 'later rows' },
    ]);
    return {
      marginLeft: 56,
      color: {
        legend: true,
        domain: ['learned from', 'later rows'],
        range: [colors.reference, colors.model],
      },
      x: { label: 'round', tickFormat: (round: number) => (Number.isInteger(round) ? String(round) : '') },
      y: { label: 'loss (smaller is better)', grid: true, nice: true, tickFormat: formatNumber },
      marks: [Plot.lineY(lines, { x: 'round', y: 'loss', stroke: 'on', strokeWidth: 2, tip: true })],
    };
  }, [points]);
  return <PlotFigure options={options} label="Loss by round of learning" />;
}
