import { queueNames } from '@foretell/core/contracts/messages';
import { activeColourParameter, clusterName } from '@foretell/core/contracts/release-names';
import { EcsCluster, EcsClusterCapacityProviders, type Construct } from '../cdktf.ts';
import { BeanstalkTarget } from '../constructs/beanstalk-target.ts';
import { DataAlarms } from '../constructs/data-alarms.ts';
import { Dashboard } from '../constructs/dashboard.ts';
import type { HouseStack } from '../constructs/house-stack.ts';
import { HttpService } from '../constructs/http-service.ts';
import type { WorkQueues } from '../constructs/longest-wait.ts';
import { LoadBalancer } from '../constructs/load-balancer.ts';
import { LogGroup } from '../constructs/log-group.ts';
import { QueueWorkers } from '../constructs/queue-workers.ts';
import { TrafficGuard } from '../constructs/traffic-guard.ts';
import { ValidatedCertificate } from '../constructs/validated-certificate.ts';
import { environmentPanels } from '../dashboard-panels.ts';
import { runsOn, type Environment, type ImageName } from '../environments.ts';
import { imageOf } from '../images.ts';
import { dashboardDomain, originDomain } from '../names.ts';
import { backendVariables, predictionApiVariables, workersVariables } from '../process-environment.ts';
import { holdsJobs } from '../queue-work.ts';
import { grantBackend, grantPredictionApi, grantWorkers } from '../service-grants.ts';
import { surroundingsOf, type StacksBelow, type Surroundings } from './below.ts';
import { EnvironmentStack } from './environment-stack.ts';

type ComputeOutputs = Readonly<
  Record<
    | 'cluster_name'
    | 'front_arn'
    | 'front_dns_name'
    | 'front_zone_id'
    | 'front_group_id'
    | 'origin_arn'
    | 'origin_dns_name',
    string
  >
> & { readonly beanstalk_target_group_arn?: string };

/** What runs: the cluster, the load balancers, the services that this environment runs on ECS, and who watches them. */
export class ComputeStack extends EnvironmentStack<ComputeOutputs> {
  private readonly around: Surroundings;
  private readonly cluster: { readonly clusterArn: string; readonly clusterName: string };

  constructor(scope: Construct, environment: Environment, below: StacksBelow) {
    super(scope, 'compute', environment);
    this.around = surroundingsOf(this, below);
    this.cluster = this.createCluster();
    const front = this.balancer('front', dashboardDomain(environment));
    const origin = this.balancer('origin', originDomain(environment));
    const { backend, workers } = environment.services;
    const http = [this.predictionApi(origin)];
    if (runsOn(backend, 'ecs')) http.push(this.backend(front));
    const onBeanstalk = runsOn(backend, 'beanstalk') ? this.backendOnBeanstalk(front) : null;
    if (runsOn(workers, 'ecs')) this.workers();
    const { foundation, messaging } = this.around;
    new TrafficGuard(this, 'guard', {
      environment,
      keyArn: foundation.keyArn,
      alarmTopicArn: messaging.alarmTopicArn,
      services: http,
    });
    this.watch(front, origin);
    this.publish({
      cluster_name: this.cluster.clusterName,
      front_arn: front.arn,
      front_dns_name: front.dnsName,
      front_zone_id: front.zoneId,
      front_group_id: front.securityGroupId,
      origin_arn: origin.arn,
      origin_dns_name: origin.dnsName,
      ...(onBeanstalk ? { beanstalk_target_group_arn: onBeanstalk.targetGroupArn } : {}),
    });
  }

  of(consumer: HouseStack): ComputeOutputs {
    return this.in(consumer);
  }

  private createCluster() {
    const { name } = this.environment;
    const sessions = new LogGroup(this, 'sessions', {
      name: `/foretell/${name}/sessions`,
      keyArn: this.around.foundation.keyArn,
      environment: this.environment,
    });
    const cluster = new EcsCluster(this, 'cluster', {
      name: clusterName(name),
      setting: [{ name: 'containerInsights', value: 'enhanced' }],
      configuration: {
        executeCommandConfiguration: {
          kmsKeyId: this.around.foundation.keyArn,
          logging: 'OVERRIDE',
          logConfiguration: { cloudWatchEncryptionEnabled: true, cloudWatchLogGroupName: sessions.name },
        },
      },
    });
    const providers = new EcsClusterCapacityProviders(this, 'capacity', {
      clusterName: cluster.name,
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
    });
    return { clusterArn: cluster.arn, clusterName: providers.clusterName };
  }

  /** `front` faces people, `origin` stands behind API Gateway and has no public address. */
  private balancer(which: 'front' | 'origin', domain: string): LoadBalancer {
    const { foundation, data } = this.around;
    const { arn } = new ValidatedCertificate(this, `${which}-certificate`, {
      domain,
      zoneId: foundation.zoneId,
    });
    return new LoadBalancer(this, which, {
      name: `foretell-${this.environment.name}-${which}`,
      vpcId: foundation.vpcId,
      cidr: this.environment.network.cidr,
      subnetIds: which === 'front' ? foundation.publicSubnetIds : foundation.privateSubnetIds,
      certificateArn: arn,
      logsBucket: data.logsBucket,
      deletionProtection: this.environment.holdsRealData,
      alarmTopicArn: this.around.messaging.alarmTopicArn,
      from: which === 'front' ? 'internet' : 'vpc',
    });
  }

  private service<S extends ImageName & keyof Environment['services']>(service: S) {
    const { environment, foundation } = this.around;
    return {
      environment,
      service,
      size: environment.services[service],
      image: imageOf(environment, foundation.repositoryUrls, service),
      keyArn: foundation.keyArn,
      vpcId: foundation.vpcId,
      subnetIds: foundation.privateSubnetIds,
      cluster: this.cluster,
      alarmTopicArn: this.around.messaging.alarmTopicArn,
    };
  }

  private backend(balancer: LoadBalancer): HttpService {
    const { database } = this.around.data;
    const backend = new HttpService(this, 'backend-service', {
      ...this.service('backend'),
      balancer,
      variables: backendVariables(this.around),
      securityGroupIds: [database.attributes.clientsGroupId],
      port: 4000,
      healthPath: '/healthz',
      hosts: [dashboardDomain(this.environment)],
      priority: 10,
      p99Seconds: 2,
      requestsPerTask: 3_000,
    });
    grantBackend(backend.task.taskRole, this.around);
    database.grantPassword(backend.task.executionRole);
    return backend;
  }

  private backendOnBeanstalk(balancer: LoadBalancer): BeanstalkTarget {
    const { short, network, services } = this.environment;
    return new BeanstalkTarget(this, 'backend-on-beanstalk', {
      name: `ft-${short}-backend-beanstalk`,
      vpcId: this.around.foundation.vpcId,
      cidr: network.cidr,
      balancer,
      host: dashboardDomain(this.environment),
      healthPath: '/healthz',
      priorities: { test: 12, traffic: 100 },
      takesTraffic: services.backend.runtime === 'beanstalk',
    });
  }

  private predictionApi(balancer: LoadBalancer): HttpService {
    const api = new HttpService(this, 'prediction-api-service', {
      ...this.service('prediction-api'),
      balancer,
      variables: predictionApiVariables(this.around),
      port: 4001,
      healthPath: '/readyz',
      hosts: [originDomain(this.environment)],
      priority: 10,
      p99Seconds: 0.25,
      requestsPerTask: 60_000,
    });
    grantPredictionApi(api.task.taskRole, this.around);
    return api;
  }

  private workers(): void {
    const { data, messaging } = this.around;
    const workers = new QueueWorkers(this, 'workers-service', {
      ...this.service('workers'),
      variables: {
        ...workersVariables(this.around),
        ACTIVE_COLOUR_PARAMETER: activeColourParameter(this.environment.name, 'workers'),
      },
      securityGroupIds: [data.database.attributes.clientsGroupId],
      spot: !this.environment.holdsRealData,
      queues: this.queuesByWork(),
      backlogPerTask: 10,
      longestWaitSeconds: 60,
      alarmTopicArn: messaging.alarmTopicArn,
    });
    grantWorkers(workers.task.taskRole, this.around);
    data.database.grantPassword(workers.task.executionRole);
  }

  private queuesByWork(): WorkQueues {
    const { queues } = this.around.messaging;
    const named = (wanted: boolean) =>
      queueNames.filter((name) => holdsJobs[name] === wanted).map((name) => queues[name].attributes.name);
    return { streams: named(false), jobs: named(true) };
  }

  private watch(front: LoadBalancer, origin: LoadBalancer): void {
    const { name, region } = this.environment;
    new DataAlarms(this, 'data-alarms', {
      environment: name,
      topicArn: this.around.messaging.alarmTopicArn,
      databaseIdentifier: `foretell-${name}`,
      tableNames: [`foretell-${name}-predictions`, `foretell-${name}-ingest`],
    });
    new Dashboard(this, 'dashboard', {
      name: `foretell-${name}`,
      region,
      panels: environmentPanels({
        environment: name,
        balancers: { dashboard: front.arnSuffix, 'prediction API': origin.arnSuffix },
        clusterName: this.cluster.clusterName,
        queueNames: Object.values(this.around.messaging.queues).map(({ attributes }) => attributes.name),
      }),
    });
  }
}
