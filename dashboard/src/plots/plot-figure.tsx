import { Box } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import * as Plot from '@observablehq/plot';
import { useEffect, useRef } from 'react';

/**
 * One Observable plot, drawn again when its width or its options change (so keep `options` stable: useMemo).
 * `label` says in words what is to be seen.
 */
export function PlotFigure({
  options,
  label,
  height = 240,
}: {
  options: Plot.PlotOptions;
  label: string;
  height?: number;
}) {
  const { ref: sizeRef, width } = useElementSize();
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = holder.current;
    if (element === null || width === 0) return;
    const figure = Plot.plot({
      ...options,
      width: Math.floor(width),
      height,
      ariaLabel: label,
      style: { background: 'transparent', color: 'inherit', fontFamily: 'inherit', overflow: 'visible' },
    });
    figure.setAttribute('role', 'img');
    figure.style.margin = '0';
    element.replaceChildren(figure);
    return () => figure.remove();
  }, [options, width, height, label]);
  return (
    <Box ref={sizeRef} w="100%" mih={height}>
      <div ref={holder} />
    </Box>
  );
}
