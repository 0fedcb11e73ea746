import type { ModelMetrics } from '@foretell/core/contracts/model-version';
import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { ImportancesPlot } from '../../plots/importances-plot.tsx';
import { Section } from '../../widgets/section.tsx';

const shownFirst = 12;

const scoreNames: Record<ModelMetrics['importanceOf'], string> = {
  auc: 'AUC',
  logLoss: 'log loss',
  rmse: 'RMSE',
};

export function ImportancesSection({ metrics }: { metrics: ModelMetrics }) {
  const [all, setAll] = useState(false);
  const sorted = useMemo(
    () => [...metrics.importances].sort((a, b) => b.loss - a.loss),
    [metrics.importances],
  );
  const shown = useMemo(() => (all ? sorted : sorted.slice(0, shownFirst)), [all, sorted]);
  return (
    <Section
      title="What it looks at"
      hint="How much worse it gets when one feature is shuffled; the thin line is ± one standard deviation."
    >
      <ImportancesPlot importances={shown} score={scoreNames[metrics.importanceOf]} />
      {sorted.length > shownFirst && (
        <Button variant="subtle" size="compact-sm" onClick={() => setAll(!all)}>
          {all ? 'Show the first ones' : `Show all ${sorted.length}`}
        </Button>
      )}
    </Section>
  );
}
