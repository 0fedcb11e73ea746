import { randomUUID } from 'node:crypto';
import { json, Router, type Response } from 'express';
import { z } from 'zod';
import type { SparkProcess, SparkProcesses, SparkProgram, SparkState } from './spark-processes.ts';

/** What is read of StartJobRun. A field that is not named here is refused, as AWS refuses one it does not know. */
const startJobRun = z.strictObject({
  clientToken: z.string().min(1).max(64),
  name: z.string().min(1).max(256),
  executionRoleArn: z.string().startsWith('arn:aws:iam::'),
  executionTimeoutMinutes: z.int().min(0).max(1_000_000),
  jobDriver: z.strictObject({
    sparkSubmit: z.strictObject({
      entryPoint: z.string().startsWith('s3://'),
      entryPointArguments: z.array(z.string()),
      sparkSubmitParameters: z.string(),
    }),
  }),
  configurationOverrides: z.strictObject({
    monitoringConfiguration: z.strictObject({
      s3MonitoringConfiguration: z.strictObject({ logUri: z.string().regex(/^s3:\/\/[^/]+\/.*\/$/) }),
    }),
  }),
});

const states: Record<SparkState, string> = {
  queued: 'SCHEDULED',
  running: 'RUNNING',
  success: 'SUCCESS',
  failed: 'FAILED',
  cancelled: 'CANCELLED',
};

/** The event that EventBridge would bring of a job run. */
export const serverlessEvent =
  (applicationId: string) =>
  ({ id, state, updatedAt }: SparkProcess) => ({
    version: '0',
    id: randomUUID(),
    'detail-type': 'EMR Serverless Job Run State Change',
    source: 'aws.emr-serverless',
    account: '000000000000',
    time: `${updatedAt.toISOString().slice(0, 19)}Z`,
    region: 'us-east-1',
    resources: [],
    detail: { jobRunId: id, applicationId, state: states[state] },
  });

function programOf(applicationId: string, body: unknown): SparkProgram {
  const { clientToken, name, jobDriver, configurationOverrides } = startJobRun.parse(body);
  const { entryPoint, entryPointArguments, sparkSubmitParameters } = jobDriver.sparkSubmit;
  const logs = new URL(configurationOverrides.monitoringConfiguration.s3MonitoringConfiguration.logUri);
  return {
    token: clientToken,
    name,
    entryPoint,
    args: entryPointArguments,
    parameters: sparkSubmitParameters.split(/\s+/).filter(Boolean),
    logKey: (id) => ({
      bucket: logs.hostname,
      key: `${logs.pathname.slice(1)}applications/${applicationId}/jobs/${id}/SPARK_DRIVER/stderr.gz`,
    }),
  };
}

/** EMR Serverless: StartJobRun, GetJobRun and CancelJobRun of one application. */
export function createServerlessRoutes(applicationId: string, processes: SparkProcesses): Router {
  const router = Router();
  const arnOf = (id: string) =>
    `arn:aws:emr-serverless:us-east-1:000000000000:/applications/${applicationId}/jobruns/${id}`;
  const refuse = (response: Response, status: number, type: string, message: string) =>
    void response.status(status).set('x-amzn-errortype', type).json({ message });

  router.use('/applications/:application/jobruns', (request, response, next) => {
    if (request.params.application === applicationId) next();
    else refuse(response, 404, 'ResourceNotFoundException', `No application ${request.params.application}`);
  });
  router.post('/applications/:application/jobruns', json(), (request, response) => {
    try {
      const { id } = processes.start(programOf(applicationId, request.body));
      response.json({ applicationId, jobRunId: id, arn: arnOf(id) });
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      const told = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
      refuse(response, 400, 'ValidationException', told);
    }
  });
  router
    .route('/applications/:application/jobruns/:id')
    .all((request, response, next) => {
      if (processes.find(request.params.id)) next();
      else refuse(response, 404, 'ResourceNotFoundException', `No job run ${request.params.id}`);
    })
    .get((request, response) => {
      const process = processes.find(request.params.id) as SparkProcess;
      response.json({ jobRun: jobRunOf(process) });
    })
    .delete((request, response, next) => {
      const { id } = request.params;
      processes
        .cancel(id)
        .then(() => response.json({ applicationId, jobRunId: id }))
        .catch(next);
    });

  const jobRunOf = ({ id, program, state, startedAt, updatedAt, details }: SparkProcess) => ({
    applicationId,
    jobRunId: id,
    name: program.name,
    arn: arnOf(id),
    state: states[state],
    stateDetails: details,
    createdAt: startedAt.getTime() / 1000,
    updatedAt: updatedAt.getTime() / 1000,
  });
  return router;
}
