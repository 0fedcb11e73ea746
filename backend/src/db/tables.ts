import { datasets, featureSets, uploads } from './data.ts';
import { mails, notificationSettings } from './mails.ts';
import { batchPredictions, models, modelVersions, onlineFeatures, trainings } from './models.ts';
import { invitations, memberships, sessions, teamMembers, teams, users, workspaces } from './people.ts';
import { recordFiles } from './record-files.ts';
import { removals } from './removals.ts';
import { connections, datasetSources, importChunks } from './sources.ts';
import { apiKeys, deployments, experimentLooks, experiments, gatewayRemovals } from './serving.ts';
import { sparkRuns } from './spark-runs.ts';
import { connectionTests, signIns } from './tries.ts';
import { auditEvents, jobs, notifications, outbox } from './work.ts';

/** Every table of the control plane. */
export const tables = [
  workspaces,
  users,
  memberships,
  invitations,
  sessions,
  signIns,
  teams,
  teamMembers,
  uploads,
  datasets,
  featureSets,
  connections,
  connectionTests,
  datasetSources,
  importChunks,
  recordFiles,
  removals,
  models,
  trainings,
  modelVersions,
  onlineFeatures,
  batchPredictions,
  deployments,
  experiments,
  experimentLooks,
  apiKeys,
  gatewayRemovals,
  jobs,
  sparkRuns,
  outbox,
  notifications,
  notificationSettings,
  mails,
  auditEvents,
];
