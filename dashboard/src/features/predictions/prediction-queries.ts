import { predictionRecord } from '@foretell/core/contracts/predictions-table';
import { oneQuery } from '../../api/pages.ts';

export const predictionQuery = (id: string) => oneQuery(`/predictions/${id}`, predictionRecord);
