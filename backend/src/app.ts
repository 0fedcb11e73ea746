import type { Logger } from '@foretell/core/node/logger';
import type { Lake } from '@foretell/core/node/lake';
import express, { type Express } from 'express';
import type { Database } from './db/database.ts';
import type { GatewayKeys } from './features/api-keys/gateway-keys.ts';
import { createApiKeyService } from './features/api-keys/service.ts';
import { apiKeyRoutes } from './features/api-keys/routes.ts';
import { auditRoutes } from './features/audit/routes.ts';
import { batchPredictionRoutes } from './features/batch-predictions/routes.ts';
import { createBatchPredictionService, type SignDownload } from './features/batch-predictions/service.ts';
import { connectionRoutes } from './features/connections/routes.ts';
import type { Secrets } from './features/connections/secrets.ts';
import { createConnectionService } from './features/connections/service.ts';
import type { TryConnection } from './features/connections/try-connection.ts';
import { mountDashboard } from './features/dashboard/mount-dashboard.ts';
import { datasetRoutes } from './features/datasets/routes.ts';
import { createDatasetService } from './features/datasets/service.ts';
import { deploymentRoutes } from './features/deployments/routes.ts';
import { createDeploymentService } from './features/deployments/service.ts';
import { mountDocs } from './features/docs/mount-docs.ts';
import { createEventHub } from './features/events/hub.ts';
import { eventRoutes } from './features/events/routes.ts';
import { experimentRoutes } from './features/experiments/routes.ts';
import { createExperimentService } from './features/experiments/service.ts';
import { healthRoutes } from './features/health/routes.ts';
import { jobRoutes } from './features/jobs/routes.ts';
import { createJobService } from './features/jobs/service.ts';
import { memberRoutes } from './features/members/routes.ts';
import { createMemberService } from './features/members/service.ts';
import { metricPreviewRoutes } from './features/metric-previews/routes.ts';
import { createMetricPreviewService } from './features/metric-previews/service.ts';
import { modelRoutes } from './features/models/routes.ts';
import { createModelService } from './features/models/service.ts';
import { notificationRoutes } from './features/notifications/routes.ts';
import { notificationSettingsRoutes } from './features/notifications/settings-routes.ts';
import { createNotificationSettings } from './features/notifications/settings-service.ts';
import { predictionRoutes } from './features/predictions/routes.ts';
import { createPredictionService } from './features/predictions/service.ts';
import type { PredictionStore } from './features/predictions/store.ts';
import { recipeRoutes } from './features/recipes/routes.ts';
import { createRecipeService, type ProposeRecipe } from './features/recipes/service.ts';
import { sessionRoutes } from './features/sessions/routes.ts';
import { createSessionService, type SessionService } from './features/sessions/service.ts';
import { teamRoutes } from './features/teams/routes.ts';
import { createTeamService } from './features/teams/service.ts';
import { trainingRoutes } from './features/trainings/routes.ts';
import { createTrainingService } from './features/trainings/service.ts';
import type { MultipartStore } from './features/uploads/multipart-store.ts';
import { multipartUploadRoutes } from './features/uploads/multipart-routes.ts';
import { createMultipartUploadService } from './features/uploads/multipart-service.ts';
import { uploadRoutes } from './features/uploads/routes.ts';
import { createUploadService, type UploadSigner } from './features/uploads/service.ts';
import { workspaceRoutes } from './features/workspaces/routes.ts';
import { mountRoutes } from './http/mount-routes.ts';
import { answerProblems, noSuchRoute } from './http/problems.ts';
import { requestLog } from './http/request-log.ts';
import type { Route } from './http/route.ts';
import { securityHeaders } from './http/security-headers.ts';

interface AppDependencies {
  logger: Logger;
  database: Database;
  lake: Lake;
  predictions: PredictionStore;
  proposeRecipe: ProposeRecipe;
  uploads: UploadSigner;
  multipart: MultipartStore;
  /** Where a browser PUTs uploads. */
  uploadOrigin: string;
  signDownload: SignDownload;
  secrets: Secrets;
  gatewayKeys: GatewayKeys;
  /** Hosts of connections that may be anywhere. */
  allowedHosts: readonly string[];
  tryConnection: TryConnection;
  dashboardDir: string;
  publicUrl: string;
}

/** Every route of the control API, in the order of the user's path. */
function controlRoutes(deps: AppDependencies, sessions: SessionService): Route[] {
  const { database, lake, logger } = deps;
  const recipes = createRecipeService(database, lake, deps.proposeRecipe);
  return [
    ...healthRoutes(database),
    ...sessionRoutes(sessions),
    ...workspaceRoutes(sessions, deps.publicUrl),
    ...memberRoutes(createMemberService(database)),
    ...teamRoutes(createTeamService(database)),
    ...uploadRoutes(createUploadService(database, deps.uploads)),
    ...multipartUploadRoutes(createMultipartUploadService(database, deps.lake, deps.multipart)),
    ...connectionRoutes(
      createConnectionService(database, deps.secrets, deps.allowedHosts, deps.tryConnection),
    ),
    ...datasetRoutes(createDatasetService(database, lake)),
    ...recipeRoutes(recipes),
    ...modelRoutes(createModelService(database, recipes)),
    ...trainingRoutes(createTrainingService(database)),
    ...metricPreviewRoutes(createMetricPreviewService(database, lake)),
    ...deploymentRoutes(createDeploymentService(database)),
    ...experimentRoutes(createExperimentService(database)),
    ...predictionRoutes(createPredictionService(database, deps.predictions)),
    ...batchPredictionRoutes(createBatchPredictionService(database, deps.signDownload)),
    ...apiKeyRoutes(createApiKeyService(database, deps.gatewayKeys)),
    ...jobRoutes(createJobService(database)),
    ...notificationRoutes(database),
    ...notificationSettingsRoutes(createNotificationSettings(database)),
    ...eventRoutes(createEventHub(database, logger)),
    ...auditRoutes(database),
  ];
}

/** The control API and the dashboard, listening nowhere yet; `routes` is what its OpenAPI document is made of. */
export function createApp(deps: AppDependencies): { app: Express; routes: Route[] } {
  const { database, logger } = deps;
  const app = express().disable('x-powered-by');
  const sessions = createSessionService(database);
  const routes = controlRoutes(deps, sessions);
  app.use(requestLog(logger), securityHeaders(deps.uploadOrigin));
  mountRoutes(app, routes, (token) => sessions.authenticate(token));
  mountDocs(app, routes);
  mountDashboard(app, deps.dashboardDir);
  app.use(noSuchRoute, answerProblems(logger));
  return { app, routes };
}
