import { deployment } from '@foretell/core/contracts/control-api/models';
import { listQuery } from '../../api/pages.ts';

export const deploymentsQuery = (model: string) => listQuery(`/models/${model}/deployments`, deployment);
