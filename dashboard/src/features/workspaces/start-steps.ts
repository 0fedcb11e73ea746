import type { Dataset } from '@foretell/core/contracts/control-api/datasets';
import type { Model } from '@foretell/core/contracts/control-api/models';
import type { Experiment } from '@foretell/core/contracts/experiments';

export interface StartState {
  datasets: readonly Pick<Dataset, 'id' | 'status' | 'source'>[];
  models: readonly Pick<Model, 'id' | 'latestVersion' | 'deployedVersion'>[];
  experiments: readonly Pick<Experiment, 'id' | 'conclusion'>[];
  /** Whether the newest deployed model has answered anything yet. */
  called: boolean;
}

export interface StartStep {
  title: string;
  text: string;
  done: boolean;
  action: { label: string; to: string };
}

type Action = StartStep['action'];

function dataAction(data: StartState['datasets'][number] | undefined): Action {
  if (data === undefined) return { label: 'Bring data', to: '/datasets/new' };
  return { label: 'See your data', to: `/datasets/${data.id}` };
}

function modelAction(models: StartState['models'], data: StartState['datasets'][number] | undefined): Action {
  const trained = models.find(({ latestVersion }) => latestVersion !== null);
  if (trained !== undefined) return { label: 'See how good it is', to: `/models/${trained.id}` };
  const newest = models[0];
  if (newest !== undefined) return { label: 'See its training', to: `/models/${newest.id}?tab=trainings` };
  return {
    label: 'Build a model',
    to: data === undefined ? '/models/new' : `/models/new?dataset=${data.id}`,
  };
}

function deployAction(models: StartState['models']): Action {
  const deployed = models.find(({ deployedVersion }) => deployedVersion !== null);
  if (deployed !== undefined)
    return { label: 'See what is deployed', to: `/models/${deployed.id}?tab=deployments` };
  const trained = models.find(({ latestVersion }) => latestVersion !== null);
  return { label: 'Deploy', to: trained === undefined ? '/models' : `/models/${trained.id}/deploy` };
}

function callAction(models: StartState['models']): Action {
  const deployed = models.find(({ deployedVersion }) => deployedVersion !== null);
  return {
    label: 'Copy the call',
    to: deployed === undefined ? '/models' : `/models/${deployed.id}?tab=call`,
  };
}

const verdictAction = ([newest]: StartState['experiments']): Action => ({
  label: 'See the experiment',
  to: newest === undefined ? '/experiments' : `/experiments/${newest.id}`,
});

/** The way from nothing to a verdict, each step with where to take it, or where to see what came of it. */
export function startSteps({ datasets, models, experiments, called }: StartState): StartStep[] {
  const files = datasets.filter(({ source }) => source !== 'stream');
  const data = files.find(({ status }) => status === 'ready') ?? files[0];
  return [
    {
      title: 'Bring data',
      text: 'A file of what happened, when and to whom. You see a sample and a profile in seconds.',
      done: data?.status === 'ready',
      action: dataAction(data),
    },
    {
      title: 'Build a model',
      text: 'Say what to predict; the features, the training set and the training are made for you.',
      done: models.some(({ latestVersion }) => latestVersion !== null),
      action: modelAction(models, data),
    },
    {
      title: 'Deploy it',
      text: 'One click puts it behind the API, with an experiment that measures its worth.',
      done: models.some(({ deployedVersion }) => deployedVersion !== null),
      action: deployAction(models),
    },
    {
      title: 'Call it',
      text: 'Make an API key, copy one line, and get predictions in milliseconds.',
      done: called,
      action: callAction(models),
    },
    {
      title: 'Read the verdict',
      text: 'Send what happened afterwards; the experiment ends by itself with an answer you can trust.',
      done: experiments.some(({ conclusion }) => conclusion !== null),
      action: verdictAction(experiments),
    },
  ];
}
