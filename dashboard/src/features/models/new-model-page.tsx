import type { Recipe } from '@foretell/core/contracts/recipe';
import { Paper, Stepper } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { Page } from '../../widgets/page.tsx';
import { emptyQuestion, questionProblems } from './question.ts';
import { QuestionStep } from './question-step.tsx';
import { RecipeStep } from './recipe-step.tsx';
import { TrainStep } from './train-step.tsx';

/** From a question to a training in three steps; nothing is stored before the last. */
export function NewModelPage() {
  const [search] = useSearchParams();
  const [step, setShownStep] = useState(0);
  const setStep = (next: number) => {
    setShownStep(next);
    window.scrollTo({ top: 0 });
  };
  const [recipe, setRecipe] = useState<Recipe | null>(null);
  const form = useForm({
    initialValues: { ...emptyQuestion, dataset: search.get('dataset') ?? '' },
    validate: questionProblems,
  });
  return (
    <Page
      title="New model"
      crumbs={[{ label: 'Models', to: '/models' }]}
      description="Say what to predict; how to learn it is worked out from your data."
    >
      <Stepper active={step} onStepClick={setStep} size="sm" iconSize={32}>
        <Stepper.Step label="Question" description="What to predict">
          <Paper withBorder p="lg" maw={760}>
            <QuestionStep
              form={form}
              onProposed={(proposed) => {
                setRecipe(proposed);
                setStep(1);
              }}
            />
          </Paper>
        </Stepper.Step>
        <Stepper.Step label="Recipe" description="From what" allowStepSelect={recipe !== null}>
          {recipe !== null && (
            <RecipeStep
              recipe={recipe}
              onBack={() => setStep(0)}
              onAccept={(accepted) => {
                setRecipe(accepted);
                setStep(2);
              }}
            />
          )}
        </Stepper.Step>
        <Stepper.Step label="Training" description="Start it" allowStepSelect={recipe !== null}>
          {recipe !== null && (
            <TrainStep name={form.values.name.trim()} recipe={recipe} onBack={() => setStep(1)} />
          )}
        </Stepper.Step>
      </Stepper>
    </Page>
  );
}
