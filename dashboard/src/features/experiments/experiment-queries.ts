import { experiment, experimentResults } from '@foretell/core/contracts/experiments';
import { listQuery, oneQuery } from '../../api/pages.ts';

export const experimentsQuery = () => listQuery('/experiments', experiment);
export const resultsQuery = (id: string) => oneQuery(`/experiments/${id}/results`, experimentResults);
