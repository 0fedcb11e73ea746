import type {
  Conclusion,
  ExperimentLook,
  ExperimentRules,
  Metric,
} from '@foretell/core/contracts/experiments';
import type { ApiKeyScope, Fallback } from '@foretell/core/contracts/serving-manifest';
import { column, table } from './columns.ts';

const { id, ref, instant, json, int, double, string, optional } = column;

export interface DeploymentRow {
  id: string;
  workspace: string;
  model: string;
  version: number;
  experiment: string | null;
  /** The model while this deployment serves it, else null; unique, so a model has one. */
  activeModel: string | null;
  createdBy: string;
  createdAt: string;
  endedAt: string | null;
}
export const deployments = table<DeploymentRow>('deployments', {
  id,
  workspace: ref,
  model: ref,
  version: int,
  experiment: optional(ref),
  activeModel: optional(ref),
  createdBy: ref,
  createdAt: instant,
  endedAt: optional(instant),
});

/** Seed, split, fallback, metrics and rules (but `autoPromote`) never change; `conclusion` is written once. */
export interface ExperimentRow {
  id: string;
  workspace: string;
  model: string;
  modelVersion: number;
  deployment: string;
  status: 'running' | 'concluded' | 'stopped';
  /** The model while the experiment runs, else null; unique, so a model has one running. */
  runningModel: string | null;
  seed: string;
  split: number;
  fallback: Fallback;
  metrics: Metric[];
  rules: ExperimentRules;
  startedAt: string;
  endedAt: string | null;
  conclusion: Conclusion | null;
}
export const experiments = table<ExperimentRow>('experiments', {
  id,
  workspace: ref,
  model: ref,
  modelVersion: int,
  deployment: ref,
  status: string(16),
  runningModel: optional(ref),
  seed: string(64),
  split: double,
  fallback: json,
  metrics: json,
  rules: json,
  startedAt: instant,
  endedAt: optional(instant),
  conclusion: optional(json),
});

/** Append-only: unique by (experiment, n). */
export interface ExperimentLookRow {
  experiment: string;
  n: number;
  workspace: string;
  at: string;
  look: ExperimentLook;
  /** Why the experiment had not ended at this look, one line a rule not met. */
  waitingFor: string[];
}
export const experimentLooks = table<ExperimentLookRow>('experiment_looks', {
  experiment: id,
  n: { ...int, primary: true },
  workspace: ref,
  at: instant,
  look: json,
  waitingFor: json,
});

/** A key is `fk_<selector>_<secret>`; `verifier` is the hex SHA-256 of the secret, which is kept nowhere. */
export interface ApiKeyRow {
  id: string;
  workspace: string;
  name: string;
  selector: string;
  verifier: string;
  scopes: ApiKeyScope[];
  expiresAt: string | null;
  ratePerSecond: number;
  burst: number;
  /** The key that takes this one's place, once rotated. */
  replacedBy: string | null;
  createdBy: string;
  createdAt: string;
  revokedAt: string | null;
}
export const apiKeys = table<ApiKeyRow>('api_keys', {
  id,
  workspace: ref,
  name: string(120),
  selector: string(32),
  verifier: string(64),
  scopes: json,
  expiresAt: optional(instant),
  ratePerSecond: double,
  burst: int,
  replacedBy: optional(ref),
  createdBy: ref,
  createdAt: instant,
  revokedAt: optional(instant),
});

/** When API Gateway is to let a key through no more: it expires, it was revoked, or nobody says that making it succeeded. */
export interface GatewayRemovalRow {
  apiKey: string;
  dueAt: string;
}
export const gatewayRemovals = table<GatewayRemovalRow>('gateway_removals', { apiKey: id, dueAt: instant });
