import { dataset, featureSet } from '@foretell/core/contracts/control-api/datasets';
import { featureSetSample, featureSetSummary } from '@foretell/core/contracts/feature-set';
import { listQuery, oneQuery } from '../../api/pages.ts';

export const datasetsQuery = () => listQuery('/datasets', dataset);
export const datasetQuery = (id: string) => oneQuery(`/datasets/${id}`, dataset);
export const summaryQuery = (id: string) => oneQuery(`/datasets/${id}/summary`, featureSetSummary);
export const sampleQuery = (id: string) => oneQuery(`/datasets/${id}/sample`, featureSetSample);
export const featureSetsQuery = (id: string) => listQuery(`/datasets/${id}/feature-sets`, featureSet);
