import { Construct, IamOpenidConnectProvider } from '../cdktf.ts';
import { Role } from './role.ts';
import { stateBucket } from './state-bucket.ts';

export interface GithubAccessProps {
  readonly account: string;
  readonly region: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly environments: readonly string[];
}

const issuer = 'token.actions.githubusercontent.com';

/**
 * GitHub's workflows come in without any stored key: pull requests and main may only read (a plan), and each protected
 * environment of the repository has a role of its own that may change things. Forks get no token at all.
 */
export class GithubAccess extends Construct {
  constructor(scope: Construct, id: string, props: GithubAccessProps) {
    super(scope, id);
    const provider = new IamOpenidConnectProvider(this, 'provider', {
      url: `https://${issuer}`,
      clientIdList: ['sts.amazonaws.com'],
    });
    const trust = (subjects: readonly string[]) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Federated: provider.arn },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: {
              StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: subjects },
            },
          },
        ],
      });
    this.planRole(props, trust);
    for (const environment of props.environments) this.applyRole(environment, props, trust);
  }

  /** Reads how things are set up, never what they hold: no rows, no objects of the lake, no secrets, no messages. */
  private planRole(
    { account, region, repository }: GithubAccessProps,
    trust: (subjects: readonly string[]) => string,
  ): void {
    const role = new Role(this, 'plan', {
      name: 'foretell-plan',
      account,
      description: 'terraform plan in pull requests and the scheduled drift check: reads only',
      trust: trust([`repo:${repository}:pull_request`, `repo:${repository}:ref:refs/heads/main`]),
      managedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    });
    role.allow(
      {
        sid: 'NoDataOfCustomers',
        effect: 'Deny',
        actions: [
          'dynamodb:BatchGetItem',
          'dynamodb:GetItem',
          'dynamodb:Query',
          'dynamodb:Scan',
          'dynamodb:PartiQLSelect',
          'logs:GetLogEvents',
          'logs:FilterLogEvents',
          'logs:StartQuery',
          'redshift-data:*',
          'secretsmanager:GetSecretValue',
          'sqs:ReceiveMessage',
        ],
        resources: ['*'],
      },
      {
        // Through S3 the states are read, through Lambda a function's settings: both are encrypted.
        sid: 'NoKeysButThroughServices',
        effect: 'Deny',
        actions: ['kms:Decrypt'],
        resources: ['*'],
        conditions: {
          StringNotEquals: {
            'kms:ViaService': [`s3.${region}.amazonaws.com`, `lambda.${region}.amazonaws.com`],
          },
        },
      },
      {
        sid: 'NoObjectsButStates',
        effect: 'Deny',
        actions: ['s3:GetObject', 's3:GetObjectVersion'],
        resources: [`arn:aws:s3:::foretell-*-${account}/*`],
        conditions: {
          ArnNotLike: { 'aws:ResourceArn': `arn:aws:s3:::${stateBucket({ account })}/*` },
        },
      },
    );
  }

  /** Changes everything of Foretell; roles only under its own names, and never the account's users. */
  private applyRole(
    environment: string,
    { account, repository }: GithubAccessProps,
    trust: (subjects: readonly string[]) => string,
  ): void {
    const role = new Role(this, `apply-${environment}`, {
      name: `foretell-apply-${environment}`,
      account,
      description: `terraform apply and releases of ${environment}, from its protected environment only`,
      trust: trust([`repo:${repository}:environment:${environment}`]),
      managedPolicies: ['arn:aws:iam::aws:policy/PowerUserAccess'],
    });
    role.allow({
      sid: 'RolesOfForetell',
      actions: [
        'iam:AttachRolePolicy',
        'iam:CreateInstanceProfile',
        'iam:CreateRole',
        'iam:DeleteInstanceProfile',
        'iam:DeleteRole',
        'iam:DeleteRolePolicy',
        'iam:DetachRolePolicy',
        'iam:GetInstanceProfile',
        'iam:GetRole',
        'iam:GetRolePolicy',
        'iam:ListAttachedRolePolicies',
        'iam:ListInstanceProfilesForRole',
        'iam:ListRolePolicies',
        'iam:PassRole',
        'iam:PutRolePolicy',
        'iam:AddRoleToInstanceProfile',
        'iam:RemoveRoleFromInstanceProfile',
        'iam:TagRole',
        'iam:UntagRole',
        'iam:TagInstanceProfile',
        'iam:UpdateAssumeRolePolicy',
        'iam:UpdateRole',
        'iam:UpdateRoleDescription',
      ],
      resources: [
        `arn:aws:iam::${account}:role/foretell-${environment}-*`,
        `arn:aws:iam::${account}:instance-profile/foretell-${environment}-*`,
      ],
    });
  }
}
