/** Terraform's JSON of one HTTP service as blue and green, as `make synth` writes it, with what a release does not move left out. */
const colours = ['blue', 'green'] as const;

const groupOf = (colour: string) => `\${aws_lb_target_group.${colour}.arn}`;
const host = { host_header: { values: ['app.example'] } };

const each = <T>(make: (colour: (typeof colours)[number], index: number) => T): Record<string, T> =>
  Object.fromEntries(colours.map((colour, index) => [colour, make(colour, index)]));

export const oneService = {
  resource: {
    aws_ecs_cluster: { cluster: { name: 'test' } },
    aws_ecs_task_definition: {
      template: {
        family: 'backend-template',
        cpu: '256',
        memory: '512',
        container_definitions: JSON.stringify([{ name: 'backend', image: 'none', environment: [] }]),
      },
    },
    aws_ecs_service: each((colour) => ({
      name: `backend-${colour}`,
      cluster: '${aws_ecs_cluster.cluster.arn}',
      task_definition: '${aws_ecs_task_definition.template.arn}',
      deployment_minimum_healthy_percent: 100,
      deployment_maximum_percent: 200,
      deployment_circuit_breaker: { enable: true, rollback: true },
      health_check_grace_period_seconds: 60,
      load_balancer: [{ target_group_arn: groupOf(colour) }],
      capacity_provider_strategy: [{ capacity_provider: 'FARGATE' }],
    })),
    aws_lb_target_group: each((colour) => ({
      name: `backend-${colour}`,
      port: 4000,
      deregistration_delay: '30',
      health_check: {
        path: '/healthz',
        interval: 10,
        timeout: 5,
        healthy_threshold: 2,
        unhealthy_threshold: 3,
      },
    })),
    aws_lb_listener_rule: {
      ...each((colour, index) => ({
        listener_arn: '${aws_lb_listener.https.arn}',
        priority: 10 + index,
        condition: [host, { http_header: { http_header_name: 'x-foretell-colour', values: [colour] } }],
        action: [{ target_group_arn: groupOf(colour) }],
      })),
      weighted: {
        listener_arn: '${aws_lb_listener.https.arn}',
        priority: 110,
        condition: [host],
        action: [
          {
            forward: {
              target_group: [
                { arn: groupOf('blue'), weight: 100 },
                { arn: groupOf('green'), weight: 0 },
              ],
            },
          },
        ],
      },
    },
    aws_lb_listener: { https: { port: 443 } },
  },
};
