import { training, type TrainingParameters } from '@foretell/core/contracts/control-api/trainings';
import { sendJson } from '../../api/client.ts';

export const startTraining = (model: string, options: TrainingParameters) =>
  sendJson('POST', `/models/${model}/trainings`, options, training);
