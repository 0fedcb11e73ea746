import { createTheme, type CSSVariablesResolver } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'indigo',
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  headings: { fontWeight: '650' },
});

/** Secondary text and words of judgement dark (or light) enough to be read by everyone: at least 4.5 to 1. */
export const readableColors: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': colors.gray[7],
    '--mantine-color-error': colors.red[8],
    '--foretell-model': colors.indigo[6],
    '--foretell-fallback': colors.orange[7],
    '--foretell-good': colors.teal[9],
    '--foretell-bad': colors.red[9],
    '--foretell-care': colors.orange[9],
  },
  dark: {
    '--mantine-color-dimmed': colors.dark[1],
    '--mantine-color-error': colors.red[4],
    '--foretell-model': colors.indigo[4],
    '--foretell-fallback': colors.orange[4],
    '--foretell-good': colors.teal[4],
    '--foretell-bad': colors.red[4],
    '--foretell-care': colors.orange[4],
  },
});
