/** The two groups keep their colours everywhere (told apart by the colour-blind too); all follow light and dark mode. */
export const colors = {
  model: 'var(--foretell-model)',
  fallback: 'var(--foretell-fallback)',
  reference: 'var(--mantine-color-dimmed)',
} as const;
