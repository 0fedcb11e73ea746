import type { Scalar } from '@foretell/core/contracts/primitives';
import * as Plot from '@observablehq/plot';
import { useMemo } from 'react';
import { formatCount, formatShare } from '../format/numbers.ts';
import { colors } from './colors.ts';
import { PlotFigure } from './plot-figure.tsx';

interface Cell {
  actual: string;
  answered: string;
  count: number;
  /** Of the rows that truly are `actual`. */
  share: number;
}

/** What it answered for what really was; `counts[actual][answered]`. */
export function ConfusionPlot({
  labels,
  counts,
}: {
  labels: readonly Scalar[];
  counts: readonly (readonly number[])[];
}) {
  const options = useMemo((): Plot.PlotOptions => {
    const names = labels.map(String);
    const cells = counts.flatMap((row, i): Cell[] => {
      const total = row.reduce((sum, count) => sum + count, 0);
      return row.map((count, j) => ({
        actual: names[i] ?? '',
        answered: names[j] ?? '',
        count,
        share: total === 0 ? 0 : count / total,
      }));
    });
    return {
      marginLeft: 84,
      marginTop: 40,
      padding: 0.06,
      x: { label: 'it answered', domain: names, axis: 'top', tickSize: 0 },
      y: { label: 'really was', domain: names, tickSize: 0 },
      opacity: { range: [0.08, 0.65], domain: [0, 1] },
      marks: [
        Plot.cell(cells, {
          x: 'answered',
          y: 'actual',
          fill: ({ actual, answered }: Cell) => (actual === answered ? colors.model : colors.fallback),
          fillOpacity: 'share',
          rx: 4,
        }),
        Plot.text(cells, {
          x: 'answered',
          y: 'actual',
          text: ({ count, share }: Cell) => `${formatCount(count)}\n${formatShare(share, 0)}`,
          fontSize: names.length > 4 ? 10 : 14,
        }),
      ],
    };
  }, [labels, counts]);
  return <PlotFigure options={options} label="Answers against what really was" height={280} />;
}
