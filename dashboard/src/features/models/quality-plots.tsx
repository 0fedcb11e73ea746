import type { ModelMetrics } from '@foretell/core/contracts/model-version';
import type { Recipe } from '@foretell/core/contracts/recipe';
import { formatShare } from '../../format/numbers.ts';
import { CalibrationPlot } from '../../plots/calibration-plot.tsx';
import { ConfusionPlot } from '../../plots/confusion-plot.tsx';
import { PrecisionRecallCurve } from '../../plots/precision-recall-curve.tsx';
import { RocCurve } from '../../plots/roc-curve.tsx';
import { Section } from '../../widgets/section.tsx';
import { labelWords } from './recipe-words.ts';

/** The share of positives among the test rows, from the confusion's rows. */
function positiveShare({ confusion }: ModelMetrics): number | null {
  const [negatives, positives] = confusion?.counts ?? [];
  if (negatives === undefined || positives === undefined) return null;
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  return sum(positives) / (sum(negatives) + sum(positives));
}

export function QualityPlots({ metrics, recipe }: { metrics: ModelMetrics; recipe: Recipe }) {
  const { roc, precisionRecall, calibration, confusion, threshold, task } = metrics;
  const what = task === 'regression' ? labelWords(recipe.label) : 'probability';
  return (
    <>
      {roc !== null && (
        <Section
          title="Catching against false alarms"
          hint="The further above the dashed line, the better (ROC)."
        >
          <RocCurve points={roc} />
        </Section>
      )}
      {precisionRecall !== null && (
        <Section
          title="How often an alarm is right"
          hint="Catching more costs more wrong alarms (precision and recall)."
        >
          <PrecisionRecallCurve points={precisionRecall} base={positiveShare(metrics)} />
        </Section>
      )}
      {calibration.length > 0 && (
        <Section
          title="Does it keep its word"
          hint={
            task === 'regression'
              ? 'On the dashed line, what it predicts is what happens on average (calibration).'
              : 'Of the rows it gives 30 %, 30 % should come true: on the dashed line (calibration).'
          }
        >
          <CalibrationPlot bins={calibration} what={what} />
        </Section>
      )}
      {confusion !== null && (
        <Section
          title="Its answers"
          hint={
            threshold === null
              ? 'Shares are of what really was (confusion).'
              : `Yes from a probability of ${formatShare(threshold.value)} on; shares are of what really was (confusion).`
          }
        >
          <ConfusionPlot labels={confusion.labels} counts={confusion.counts} />
        </Section>
      )}
    </>
  );
}
