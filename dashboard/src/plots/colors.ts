/** The two groups keep their colours everywhere (told apart by the colour-blind too); all follow light and dark mode. */
export const colors = {
  model: 'var(--mantine-color-indigo-filled)',
  fallback: 'var(--mantine-color-orange-filled)',
  reference: 'var(--mantine-color-dimmed)',
  soft: 'var(--mantine-color-indigo-light)',
} as const;
