import type { Scalar } from '@foretell/core/contracts/primitives';
import * as Plot from '@observablehq/plot';
import { useMemo } from 'react';
import { formatCount } from '../format/numbers.ts';
import { formatScalar } from '../format/scalar.ts';
import { colors } from './colors.ts';
import { PlotFigure } from './plot-figure.tsx';

interface Count {
  value: Scalar;
  count: number;
}

const shortened = (text: string) => (text.length > 16 ? `${text.slice(0, 15)}…` : text);

/** The most frequent values of a column. */
export function TopValues({ values, label }: { values: readonly Count[]; label: string }) {
  const options = useMemo((): Plot.PlotOptions => {
    const bars = values.slice(0, 5).map(({ value, count }) => ({ name: formatScalar(value), count }));
    return {
      marginLeft: 108,
      marginRight: 52,
      marginTop: 0,
      marginBottom: 0,
      x: { axis: null },
      y: { label: null, tickSize: 0, tickFormat: shortened },
      marks: [
        Plot.barX(bars, {
          x: 'count',
          y: 'name',
          fill: colors.model,
          insetTop: 1,
          insetBottom: 1,
          sort: { y: '-x' },
        }),
        Plot.text(bars, {
          x: 'count',
          y: 'name',
          text: ({ count }: { count: number }) => formatCount(count),
          textAnchor: 'start',
          dx: 4,
        }),
      ],
    };
  }, [values]);
  return <PlotFigure options={options} label={label} height={96} />;
}
