import { revisionFamily, serviceLogGroup, templateFamily } from '@foretell/core/contracts/release-names';
import {
  Construct,
  EcsTaskDefinition,
  SecurityGroup,
  VpcSecurityGroupEgressRule,
  VpcSecurityGroupIngressRule,
} from '../cdktf.ts';
import type { Environment, ServiceSize } from '../environments.ts';
import { grantPull, type Image } from '../images.ts';
import { splitVariables, workDir, type Variables } from '../process-environment.ts';
import { LogGroup } from './log-group.ts';
import { Role } from './role.ts';

export interface ServiceTaskProps {
  readonly environment: Environment;
  readonly service: string;
  readonly size: ServiceSize;
  readonly image: Image;
  readonly keyArn: string;
  readonly vpcId: string;
  readonly variables: Variables;
  /** What the task listens on, and from whom. @default it listens on nothing */
  readonly listens?: { readonly port: number; readonly fromGroupId: string };
}

/** How long a stopping task may drain: longer than the processes' own limit. */
const stopSeconds = 60;

/**
 * What one service's tasks are: the template that releases put an image into, two roles, a log group, a security group.
 * The template's own image is never run: services start with no tasks, and a release registers the revision it runs.
 */
export class ServiceTask extends Construct {
  readonly templateArn: string;
  readonly taskRole: Role;
  /** Pulls the image and reads the secrets, before the process is there. */
  readonly executionRole: Role;
  readonly securityGroupId: string;
  readonly logGroupName: string;

  constructor(scope: Construct, id: string, props: ServiceTaskProps) {
    super(scope, id);
    const { environment, service } = props;
    const name = revisionFamily(environment.name, service);
    const role = (part: string, description: string) =>
      new Role(this, `${part}-role`, {
        name: `${name}-${part}`,
        account: environment.account,
        description,
        services: ['ecs-tasks.amazonaws.com'],
      });
    this.taskRole = role('task', `What ${service} may do`);
    this.executionRole = role('execution', `Starts the tasks of ${service}`);
    grantPull(props.image, this.executionRole);
    const logs = new LogGroup(this, 'logs', {
      name: serviceLogGroup(environment.name, service),
      keyArn: props.keyArn,
      environment,
    });
    logs.grantWrite(this.executionRole);
    this.logGroupName = logs.name;
    this.securityGroupId = this.securityGroup(name, props);
    this.templateArn = new EcsTaskDefinition(this, 'template', {
      family: templateFamily(environment.name, service),
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: String(props.size.cpu),
      memory: String(props.size.memoryMb),
      runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'X86_64' },
      executionRoleArn: this.executionRole.arn,
      taskRoleArn: this.taskRole.arn,
      ephemeralStorage: { sizeInGib: 50 },
      volume: [{ name: 'work' }, { name: 'tmp' }],
      skipDestroy: true,
      trackLatest: false,
      containerDefinitions: JSON.stringify([this.container(props)]),
    }).arn;
  }

  private container({ environment, service, image, variables, listens }: ServiceTaskProps): object {
    const { plain, secret } = splitVariables(variables);
    return {
      name: service,
      image: image.uri,
      essential: true,
      readonlyRootFilesystem: true,
      user: 'node',
      linuxParameters: { initProcessEnabled: true },
      stopTimeout: stopSeconds,
      mountPoints: [
        { sourceVolume: 'work', containerPath: workDir, readOnly: false },
        { sourceVolume: 'tmp', containerPath: '/tmp', readOnly: false },
      ],
      portMappings: listens ? [{ containerPort: listens.port, protocol: 'tcp' }] : [],
      environment: [['AWS_REGION', environment.region] as const, ...plain].map(([name, value]) => ({
        name,
        value,
      })),
      secrets: secret.map(([name, valueFrom]) => ({ name, valueFrom })),
      logConfiguration: {
        logDriver: 'awslogs',
        options: {
          'awslogs-group': this.logGroupName,
          'awslogs-region': environment.region,
          'awslogs-stream-prefix': service,
          mode: 'non-blocking',
          'max-buffer-size': '25m',
        },
      },
    };
  }

  private securityGroup(name: string, { vpcId, service, listens }: ServiceTaskProps): string {
    const group = new SecurityGroup(this, 'group', { name, description: `Tasks of ${service}`, vpcId });
    new VpcSecurityGroupEgressRule(this, 'https-out', {
      securityGroupId: group.id,
      description: 'To AWS, and to where imports come from',
      cidrIpv4: '0.0.0.0/0',
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
    });
    if (listens)
      new VpcSecurityGroupIngressRule(this, 'in', {
        securityGroupId: group.id,
        description: 'From the load balancer',
        referencedSecurityGroupId: listens.fromGroupId,
        ipProtocol: 'tcp',
        fromPort: listens.port,
        toPort: listens.port,
      });
    return group.id;
  }
}
