import { z } from 'zod';

export const text = z.string();

/** How the resources of the compute and function stacks that a release moves are written. */
export const shapes = {
  cluster: z.object({ name: text }),
  template: z.object({ arn: text, family: text, container_definitions: text, cpu: text, memory: text }),
  service: z.object({
    name: text,
    cluster: text,
    task_definition: text,
    deployment_minimum_healthy_percent: z.number(),
    deployment_maximum_percent: z.number(),
    deployment_circuit_breaker: z.object({ enable: z.boolean(), rollback: z.boolean() }),
    health_check_grace_period_seconds: z.number().default(0),
    load_balancer: z.array(z.object({ target_group_arn: text })).default([]),
    capacity_provider_strategy: z.array(z.object({ capacity_provider: text })).min(1),
  }),
  targetGroup: z.object({
    arn: text,
    name: text,
    port: z.number(),
    deregistration_delay: z.coerce.number(),
    health_check: z.object({
      path: text,
      interval: z.number(),
      timeout: z.number(),
      healthy_threshold: z.number(),
      unhealthy_threshold: z.number(),
    }),
  }),
  rule: z.object({
    arn: text,
    listener_arn: text,
    priority: z.number(),
    condition: z.array(
      z.object({
        host_header: z.object({ values: z.array(text) }).optional(),
        http_header: z.object({ http_header_name: text, values: z.array(text) }).optional(),
      }),
    ),
    action: z
      .array(
        z.object({
          target_group_arn: text.optional(),
          forward: z
            .object({ target_group: z.array(z.object({ arn: text, weight: z.number() })) })
            .optional(),
        }),
      )
      .length(1),
  }),
  alarm: z.object({
    alarm_name: text,
    threshold: z.number(),
    evaluation_periods: z.number(),
    period: z.number().optional(),
    metric_name: text.optional(),
    extended_statistic: text.optional(),
    statistic: text.optional(),
    dimensions: z.record(text, text).optional(),
    metric_query: z
      .array(
        z.object({
          id: text,
          expression: text.optional(),
          metric: z
            .object({ metric_name: text, stat: text, period: z.number(), dimensions: z.record(text, text) })
            .optional(),
        }),
      )
      .default([]),
  }),
  range: z.object({ resource_id: text, min_capacity: z.number(), max_capacity: z.number() }),
  parameter: z.object({ name: text, value: text }),
  function: z.object({
    function_name: text,
    image_uri: text.optional(),
    environment: z.object({ variables: z.record(text, text) }).optional(),
  }),
};
