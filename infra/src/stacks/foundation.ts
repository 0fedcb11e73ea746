import { repositoryName } from '@foretell/core/contracts/release-names';
import {
  ApiGatewayAccount,
  EcrRegistryScanningConfiguration,
  Route53Zone,
  type Construct,
} from '../cdktf.ts';
import { EncryptionKey } from '../constructs/encryption-key.ts';
import { GithubAccess } from '../constructs/github-access.ts';
import { HouseStack } from '../constructs/house-stack.ts';
import { ImageRepository } from '../constructs/image-repository.ts';
import { Network } from '../constructs/network.ts';
import { Role } from '../constructs/role.ts';
import { imageNames, type Environment, type ImageName } from '../environments.ts';

/** What one environment's stacks know of the foundation. */
export interface Foundation {
  readonly vpcId: string;
  readonly privateSubnetIds: readonly string[];
  readonly publicSubnetIds: readonly string[];
  readonly keyArn: string;
  readonly zoneId: string;
  readonly zoneArn: string;
  readonly repositoryUrls: Readonly<Record<ImageName, string>>;
}

/** What outlives everything: networks, keys, images, names, and how GitHub gets in. One for each account. */
export class FoundationStack extends HouseStack {
  constructor(scope: Construct, id: string, environments: readonly [Environment, ...Environment[]]) {
    const [first] = environments;
    super(scope, id, {
      account: first.account,
      region: first.region,
      environment: environments.length > 1 ? 'shared' : first.name,
    });
    const imageKey = new EncryptionKey(this, 'image-key', {
      alias: 'foretell-images',
      description: 'Encrypts the images of Foretell',
      account: first.account,
      region: first.region,
      preventDestroy: true,
    });
    const repositories = imageNames.map((name) => {
      const { url } = new ImageRepository(this, `images-${name}`, {
        name: repositoryName(name),
        keyArn: imageKey.arn,
      });
      return [`repository_${name}`, url] as const;
    });
    new EcrRegistryScanningConfiguration(this, 'scanning', {
      scanType: 'BASIC',
      rule: [
        {
          scanFrequency: 'SCAN_ON_PUSH',
          repositoryFilter: [{ filter: 'foretell/*', filterType: 'WILDCARD' }],
        },
      ],
    });
    new GithubAccess(this, 'github', {
      account: first.account,
      region: first.region,
      repository: first.repository,
      environments: environments.map(({ name }) => name),
    });
    // One setting for the account and region: API Gateway's own log.
    new ApiGatewayAccount(this, 'api-gateway-logs', {
      cloudwatchRoleArn: new Role(this, 'api-gateway-log-role', {
        name: 'foretell-api-gateway-logs',
        account: first.account,
        description: 'Lets API Gateway write its log',
        services: ['apigateway.amazonaws.com'],
        managedPolicies: ['arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs'],
      }).arn,
    });
    const zones = [...new Set(environments.map(({ zone }) => zone))].flatMap((zone) => this.zone(zone));
    this.publish(
      Object.fromEntries([
        ...repositories,
        ...zones,
        ...environments.flatMap((environment) => this.forEnvironment(environment)),
      ]),
    );
  }

  /** One environment's share, as one of its stacks reads it. */
  of(environment: Environment, consumer: HouseStack): Foundation {
    const outputs = this.in(consumer);
    const text = (name: string) => outputs[name] as string;
    const list = (name: string) => outputs[name] as readonly string[];
    const { name, zone } = environment;
    return {
      vpcId: text(`${name}_vpc_id`),
      privateSubnetIds: list(`${name}_private_subnet_ids`),
      publicSubnetIds: list(`${name}_public_subnet_ids`),
      keyArn: text(`${name}_key_arn`),
      zoneId: text(`zone_id_${zone}`.replaceAll('.', '_')),
      zoneArn: text(`zone_arn_${zone}`.replaceAll('.', '_')),
      // Every image name has its repository: they are made from the same list.
      repositoryUrls: Object.fromEntries(
        imageNames.map((image) => [image, text(`repository_${image}`)]),
      ) as Record<ImageName, string>,
    };
  }

  private forEnvironment(
    environment: Environment,
  ): readonly (readonly [string, string | readonly string[]])[] {
    const { name, account, region, holdsRealData } = environment;
    const key = new EncryptionKey(this, `key-${name}`, {
      alias: `foretell-${name}`,
      description: `Encrypts what ${name} stores`,
      account,
      region,
      preventDestroy: holdsRealData,
    });
    const network = new Network(this, `network-${name}`, { environment, keyArn: key.arn });
    return [
      [`${name}_key_arn`, key.arn],
      [`${name}_vpc_id`, network.vpcId],
      [`${name}_private_subnet_ids`, network.privateSubnetIds],
      [`${name}_public_subnet_ids`, network.publicSubnetIds],
    ];
  }

  private zone(name: string): readonly (readonly [string, string | readonly string[]])[] {
    const zone = new Route53Zone(this, `zone-${name}`, {
      name,
      comment: 'Foretell',
      lifecycle: { preventDestroy: true },
    });
    const suffix = name.replaceAll('.', '_');
    return [
      [`zone_id_${suffix}`, zone.zoneId],
      [`zone_arn_${suffix}`, zone.arn],
      [`zone_name_servers_${suffix}`, zone.nameServers],
    ];
  }
}
