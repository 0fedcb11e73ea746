import {
  CreateSecretCommand,
  DeleteSecretCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/** Where credentials go: written and deleted here, read by the workers alone. */
export interface Secrets {
  /** The name of a connection's secret. */
  nameOf(workspace: string, connection: string): string;
  put(name: string, credentials: object): Promise<void>;
  /** Kept for a week, should it have been a mistake. */
  remove(name: string): Promise<void>;
}

const recoveryDays = 7;

export function createSecrets(client: SecretsManagerClient, prefix: string): Secrets {
  return {
    nameOf: (workspace, connection) => `${prefix}/connections/${workspace}/${connection}`,
    async put(name, credentials) {
      const SecretString = JSON.stringify(credentials);
      await client.send(new CreateSecretCommand({ Name: name, SecretString }));
    },
    async remove(name) {
      try {
        await client.send(new DeleteSecretCommand({ SecretId: name, RecoveryWindowInDays: recoveryDays }));
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
    },
  };
}
