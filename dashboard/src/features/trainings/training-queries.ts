import { training } from '@foretell/core/contracts/control-api/trainings';
import { listQuery } from '../../api/pages.ts';

export const trainingsQuery = (model: string) => listQuery(`/models/${model}/trainings`, training);
