import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { Listener, Rule } from './listener.ts';
import type { Pace } from './pace.ts';
import type { Service } from './service-scheduler.ts';
import type { TargetGroup } from './target-groups.ts';
import type { Task, TaskRunner } from './tasks.ts';
import type { WatchedAlarm } from './alarms.ts';

export interface LoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly internal: boolean;
}

export interface BalancerListener {
  readonly arn: string;
  readonly balancer: LoadBalancer;
  readonly rules: readonly Rule[];
  readonly listening: Listener;
}

export interface ScalableTarget {
  readonly resourceId: string;
  minimum: number;
  maximum: number;
}

export interface CloudFunction {
  readonly name: string;
  imageUri: string;
}

/** All that the stand-in's APIs show and change: what Terraform would have made, and what runs. */
export interface Cloud {
  readonly account: string;
  readonly region: string;
  readonly pace: Pace;
  readonly runner: TaskRunner;
  readonly clusters: readonly string[];
  readonly services: readonly Service[];
  /** By family, the oldest revision first. */
  readonly definitions: Map<string, TaskDefinition[]>;
  /** Tasks of no service: one-off ones. */
  readonly tasks: Task[];
  readonly targetGroups: readonly TargetGroup[];
  readonly listeners: readonly BalancerListener[];
  readonly parameters: Map<string, { value: string; version: number; changedAt: Date }>;
  readonly scalableTargets: readonly ScalableTarget[];
  readonly alarms: readonly WatchedAlarm[];
  readonly functions: readonly CloudFunction[];
  /** Lines by log group. */
  readonly logs: Map<string, { timestamp: number; message: string }[]>;
}

export const arnMaker =
  (region: string, account: string) =>
  (service: string, kind: string, name: string): string =>
    `arn:aws:${service}:${region}:${account}:${kind}/${name}`;
