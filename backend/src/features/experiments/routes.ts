import { page, pageQuery } from '@foretell/core/contracts/control-api/pages';
import { experiment, experimentChange, experimentResults } from '@foretell/core/contracts/experiments';
import { route, type Route } from '../../http/route.ts';
import { byId } from '../path-params.ts';
import type { ExperimentService } from './service.ts';

const tag = 'experiments';

export function experimentRoutes(service: ExperimentService): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/experiments',
      operationId: 'listExperiments',
      summary: 'The experiments of the workspace',
      tag,
      access: 'viewer',
      query: pageQuery,
      success: { status: 200, description: 'One page', body: page(experiment) },
      handle: ({ caller, query }) => service.list(caller, query),
    }),
    route({
      method: 'get',
      path: '/api/experiments/{id}',
      operationId: 'getExperiment',
      summary: 'One experiment',
      tag,
      access: 'viewer',
      params: byId,
      success: { status: 200, description: 'The experiment', body: experiment },
      handle: ({ caller, params }) => service.get(caller, params.id),
    }),
    route({
      method: 'get',
      path: '/api/experiments/{id}/results',
      operationId: 'getExperimentResults',
      summary: 'Verdict, estimate and interval, health, and every look taken so far',
      tag,
      access: 'viewer',
      params: byId,
      success: { status: 200, description: 'The results', body: experimentResults },
      handle: ({ caller, params }) => service.results(caller, params.id),
    }),
    route({
      method: 'post',
      path: '/api/experiments/{id}/looks',
      operationId: 'lookNow',
      summary: 'Compute the results now instead of at the next scheduled look',
      tag,
      access: 'editor',
      params: byId,
      success: { status: 202, description: 'A look will be taken' },
      problems: [409],
      handle: ({ caller, params }) => service.lookNow(caller, params.id),
    }),
    route({
      method: 'patch',
      path: '/api/experiments/{id}',
      operationId: 'changeExperiment',
      summary: 'Choose whether a running experiment promotes its winner; all else is fixed from its start',
      tag,
      access: 'editor',
      params: byId,
      body: experimentChange,
      success: { status: 200, description: 'The experiment', body: experiment },
      problems: [409],
      handle: ({ caller, params, body }) => service.change(caller, params.id, body),
    }),
    route({
      method: 'post',
      path: '/api/experiments/{id}/conclusion',
      operationId: 'concludeExperiment',
      summary: 'Ask for the verdict: only the rules give it; until then, why not yet',
      tag,
      access: 'editor',
      params: byId,
      success: { status: 200, description: 'The concluded experiment', body: experiment },
      problems: [409],
      handle: ({ caller, params }) => service.conclude(caller, params.id),
    }),
    route({
      method: 'post',
      path: '/api/experiments/{id}/stop',
      operationId: 'stopExperiment',
      summary: 'End an experiment without a verdict: all traffic goes to the model',
      tag,
      access: 'editor',
      params: byId,
      success: { status: 200, description: 'Stopped', body: experiment },
      problems: [409],
      handle: ({ caller, params }) => service.stop(caller, params.id),
    }),
  ];
}
