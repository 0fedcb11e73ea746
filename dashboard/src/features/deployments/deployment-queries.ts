import { deployment } from '@foretell/core/contracts/control-api';
import { listQuery } from '../../api/pages.ts';

export const deploymentsQuery = (model: string) => listQuery(`/models/${model}/deployments`, deployment);
