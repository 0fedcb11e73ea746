import {
  dataset,
  datasetCreated,
  datasetRequest,
  featureSet,
  featureSetRequest,
} from '@foretell/core/contracts/control-api/datasets';
import { page, pageQuery } from '@foretell/core/contracts/control-api/pages';
import { featureSetSample, featureSetSummary } from '@foretell/core/contracts/feature-set';
import { importRequest } from '@foretell/core/contracts/sources';
import { route, type Route } from '../../http/route.ts';
import { byId } from '../path-params.ts';
import type { DatasetService } from './service.ts';

const tag = 'datasets';

function listing(service: DatasetService): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/datasets',
      operationId: 'listDatasets',
      summary: 'The datasets of the workspace',
      tag,
      access: 'viewer',
      query: pageQuery,
      success: { status: 200, description: 'One page', body: page(dataset) },
      handle: ({ caller, query }) => service.list(caller, query),
    }),
    route({
      method: 'get',
      path: '/api/datasets/{id}',
      operationId: 'getDataset',
      summary: 'One dataset with its columns',
      tag,
      access: 'viewer',
      params: byId,
      success: { status: 200, description: 'The dataset', body: dataset },
      handle: ({ caller, params }) => service.get(caller, params.id),
    }),
    route({
      method: 'get',
      path: '/api/datasets/{id}/feature-sets',
      operationId: 'listFeatureSets',
      summary: 'The versions of a dataset',
      tag,
      access: 'viewer',
      params: byId,
      query: pageQuery,
      success: { status: 200, description: 'One page', body: page(featureSet) },
      handle: ({ caller, params, query }) => service.listFeatureSets(caller, params.id, query),
    }),
  ];
}

function profile(service: DatasetService): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/datasets/{id}/sample',
      operationId: 'getSample',
      summary: 'A uniform sample of the newest feature set',
      tag,
      access: 'viewer',
      params: byId,
      success: { status: 200, description: 'The sample', body: featureSetSample },
      handle: ({ caller, params }) => service.sample(caller, params.id),
    }),
    route({
      method: 'get',
      path: '/api/datasets/{id}/summary',
      operationId: 'getSummary',
      summary: 'A profile of each column of the newest feature set',
      tag,
      access: 'viewer',
      params: byId,
      success: { status: 200, description: 'The summary', body: featureSetSummary },
      handle: ({ caller, params }) => service.summary(caller, params.id),
    }),
  ];
}

export function datasetRoutes(service: DatasetService): Route[] {
  return [
    ...listing(service),
    ...profile(service),
    route({
      method: 'post',
      path: '/api/datasets',
      operationId: 'createDataset',
      summary: 'Bring data: from an uploaded file, from a connection, or streamed by the public API',
      tag,
      access: 'editor',
      body: datasetRequest,
      success: { status: 202, description: 'Made; the job imports the data', body: datasetCreated },
      problems: [404],
      handle: ({ caller, body }) => service.create(caller, body),
    }),
    route({
      method: 'delete',
      path: '/api/datasets/{id}',
      operationId: 'deleteDataset',
      summary: 'Delete a dataset that no model, running experiment or job uses, with all its rows',
      tag,
      access: 'editor',
      params: byId,
      success: { status: 204, description: 'Deleted; what it is in the lake follows' },
      problems: [409],
      handle: ({ caller, params }) => service.remove(caller, params.id),
    }),
    route({
      method: 'post',
      path: '/api/datasets/{id}/feature-sets',
      operationId: 'createFeatureSet',
      summary: 'A new version of a dataset, from another uploaded file',
      tag,
      access: 'editor',
      params: byId,
      body: featureSetRequest,
      success: { status: 202, description: 'The job imports the file', body: datasetCreated },
      handle: ({ caller, params, body }) => service.addFeatureSet(caller, params.id, body),
    }),
    route({
      method: 'post',
      path: '/api/datasets/{id}/imports',
      operationId: 'importAgain',
      summary: 'Import what is new at the source of a dataset now, not only when its time comes',
      tag,
      access: 'editor',
      params: byId,
      body: importRequest,
      success: { status: 202, description: 'The job imports what is new', body: datasetCreated },
      problems: [409],
      handle: ({ caller, params, body }) => service.importAgain(caller, params.id, body),
    }),
  ];
}
