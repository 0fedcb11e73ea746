import { predictionResponse, type PredictionRequest } from '@foretell/core/contracts/public-api';
import type { AssignmentSender } from '../assignments/assignment-sender.ts';
import { timeOfId } from './new-id.ts';
import type { Prediction } from './prediction.ts';

/** Tells the experiment that the prediction's unit was exposed. */
export function reportExposure(assignments: AssignmentSender, prediction: Prediction): void {
  const { experiment, group } = prediction.decision;
  if (experiment === null || group === null) return;
  const { unit, model, createdAtMs } = prediction;
  assignments.add(model.serving.workspace, { experiment, unit, group, exposedAtMs: createdAtMs });
}

/** The same of an answer that is given again: the process that gave it first may have died before it told. */
export function reportReplay(
  assignments: AssignmentSender,
  workspace: string,
  { unit, entity }: PredictionRequest,
  answer: string,
): void {
  const { id, experiment } = predictionResponse.parse(JSON.parse(answer));
  if (experiment === null) return;
  const exposure = { experiment: experiment.id, unit: unit ?? entity, group: experiment.group };
  assignments.add(workspace, { ...exposure, exposedAtMs: timeOfId(id) });
}
