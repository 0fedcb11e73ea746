import { model, modelVersion } from '@foretell/core/contracts/control-api/models';
import { listQuery, oneQuery } from '../../api/pages.ts';

export const modelsQuery = () => listQuery('/models', model);
export const modelQuery = (id: string) => oneQuery(`/models/${id}`, model);
export const versionsQuery = (id: string) => listQuery(`/models/${id}/versions`, modelVersion);
export const versionQuery = (id: string, n: number) => oneQuery(`/models/${id}/versions/${n}`, modelVersion);
