import * as Plot from '@observablehq/plot';
import { useMemo } from 'react';
import { colors } from './colors.ts';
import { PlotFigure } from './plot-figure.tsx';

interface Importance {
  feature: string;
  loss: number;
  std: number;
}

const rowHeight = 22;
const shortened = (text: string) => (text.length > 34 ? `${text.slice(0, 33)}…` : text);

/** How much worse the score gets when a feature is shuffled, with ± one standard deviation over the shuffles. */
export function ImportancesPlot({
  importances,
  score,
}: {
  importances: readonly Importance[];
  score: string;
}) {
  const options = useMemo((): Plot.PlotOptions => {
    const longest = Math.max(0, ...importances.map(({ feature }) => shortened(feature).length));
    return {
      marginLeft: Math.min(40 + longest * 6, 220),
      marginRight: 20,
      marginBottom: 36,
      x: { label: `${score} lost without it`, grid: true, ticks: 5 },
      y: {
        label: null,
        tickSize: 0,
        tickFormat: shortened,
        domain: importances.map(({ feature }) => feature),
      },
      marks: [
        Plot.barX(importances, { x: 'loss', y: 'feature', fill: colors.model, inset: 2, tip: true }),
        Plot.ruleY(importances, {
          y: 'feature',
          x1: ({ loss, std }: Importance) => loss - std,
          x2: ({ loss, std }: Importance) => loss + std,
          strokeWidth: 1.5,
          marker: 'tick',
        }),
        Plot.ruleX([0]),
      ],
    };
  }, [importances, score]);
  return (
    <PlotFigure
      options={options}
      label="What the model looks at, the most telling first"
      height={60 + importances.length * rowHeight}
    />
  );
}
