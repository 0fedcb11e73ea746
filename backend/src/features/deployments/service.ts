import type { deploymentRequest } from '@foretell/core/contracts/control-api/models';
import { newId } from '@foretell/core/node/new-id';
import { newSecretToken } from '@foretell/core/node/secret-token';
import { In, IsNull, Not } from 'typeorm';
import type { z } from 'zod';
import { datasets } from '../../db/data.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { models, modelVersions, type ModelVersionRow } from '../../db/models.ts';
import { notify } from '../../db/notify.ts';
import { enqueueManifest, enqueueMessage } from '../../db/outbox.ts';
import { insertRows, lockRow, lockRows, pageOf, updateRows, type PageRequest } from '../../db/rows.ts';
import { deployments, experiments, type DeploymentRow } from '../../db/serving.ts';
import type { Caller } from '../../http/route.ts';
import { auditBy } from '../audit/audit-by.ts';
import { owned } from '../owned.ts';
import { checkExperiment, type ExperimentRequest } from './check-experiment.ts';

type Request = z.output<typeof deploymentRequest>;

const shown = ({ id, model, version, experiment, activeModel, createdAt }: DeploymentRow) => ({
  id,
  model,
  version,
  experiment,
  active: activeModel !== null,
  createdAt,
});

/** Ends what the model had until now: one deployment serves it, one experiment at most runs on it. */
async function endPrevious(tx: Transaction, model: string, at: string): Promise<void> {
  await updateRows(tx, deployments, { activeModel: model }, { activeModel: null, endedAt: at });
  await updateRows(
    tx,
    experiments,
    { runningModel: model },
    { runningModel: null, status: 'stopped', endedAt: at },
  );
}

async function startExperiment(
  tx: Transaction,
  deployment: Omit<DeploymentRow, 'experiment'>,
  request: ExperimentRequest,
): Promise<string> {
  const id = newId();
  await insertRows(tx, experiments, {
    ...request,
    id,
    workspace: deployment.workspace,
    model: deployment.model,
    modelVersion: deployment.version,
    deployment: deployment.id,
    status: 'running',
    runningModel: deployment.model,
    // Drawn, not derived: nobody outside can tell a unit's group beforehand.
    seed: newSecretToken('seed'),
    startedAt: deployment.createdAt,
    endedAt: null,
    conclusion: null,
  });
  // Its metrics look back at what came before it, which nobody has loaded yet.
  await enqueueMessage(tx, 'metric-events.backfill', deployment.workspace, { experiment: id });
  return id;
}

function deployedWords(name: string, { model, version, experiment }: DeploymentRow) {
  const test = ' An experiment measures what it is worth; you will be told of its verdict.';
  return {
    title: `"${name}" version ${version} is deployed`,
    body: `The prediction API answers by it within seconds.${experiment === null ? '' : test}`,
    link: experiment === null ? `/models/${model}` : `/experiments/${experiment}`,
  };
}

export function createDeploymentService(database: Database) {
  async function check(
    tx: Transaction,
    workspace: string,
    version: ModelVersionRow,
    request: ExperimentRequest,
  ) {
    const ids = request.metrics.map(({ dataset }) => dataset);
    checkExperiment(request, version.card, await lockRows(tx, datasets, { id: In(ids), workspace }));
  }

  return {
    async list({ workspace }: Caller, model: string, request: PageRequest) {
      owned(await database.read.findOneBy(models, { id: model }), workspace, 'model');
      const { items, nextCursor } = await pageOf(database.read, deployments, { model }, request);
      return { items: items.map(shown), nextCursor };
    },

    /** From the moment this commits the serving manifest follows, however the process fares. */
    create: (caller: Caller, model: string, { version: n, experiment }: Request) =>
      database.write(async (tx) => {
        const { workspace } = caller;
        const { name } = owned(await lockRow(tx, models, { id: model }), workspace, 'model');
        const version = owned(
          await tx.findOneBy(modelVersions, { model, n }),
          workspace,
          'version of this model',
        );
        if (experiment) await check(tx, workspace, version, experiment);
        const at = new Date().toISOString();
        await endPrevious(tx, model, at);
        const deployment = {
          id: newId(),
          workspace,
          model,
          version: n,
          activeModel: model,
          createdBy: caller.user.id,
          createdAt: at,
          endedAt: null,
        };
        const running = experiment ? await startExperiment(tx, deployment, experiment) : null;
        const row: DeploymentRow = { ...deployment, experiment: running };
        await insertRows(tx, deployments, row);
        await updateRows(tx, models, { id: model }, { deployedVersion: n, updatedAt: at });
        await enqueueManifest(tx);
        await auditBy(tx, caller, 'model.deployed', `model ${model}`, { version: n, experiment: running });
        await notify(tx, { workspace, source: row.id, kind: 'model.deployed', ...deployedWords(name, row) });
        return shown(row);
      }),

    /** Takes the model out of service: its predictions answer 404 from then on. */
    end: (caller: Caller, model: string) =>
      database.write(async (tx) => {
        const { workspace } = caller;
        owned(await lockRow(tx, models, { id: model }), workspace, 'model');
        const active = await tx.findOneBy(deployments, { model, activeModel: Not(IsNull()) });
        owned(active, workspace, 'active deployment');
        const at = new Date().toISOString();
        await endPrevious(tx, model, at);
        await updateRows(tx, models, { id: model }, { deployedVersion: null, updatedAt: at });
        await enqueueManifest(tx);
        await auditBy(tx, caller, 'model.undeployed', `model ${model}`);
      }),
  };
}
export type DeploymentService = ReturnType<typeof createDeploymentService>;
