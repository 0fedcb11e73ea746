import {
  CreateSecretCommand,
  DeleteSecretCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { newId } from '@foretell/core/node/new-id';

/** Where credentials go: written and deleted here, read by the workers alone. */
export interface Secrets {
  /** The name of a connection's secret: the one it was made with, or that of a later `change`, an id. */
  nameOf(workspace: string, connection: string, change?: string): string;
  put(name: string, credentials: object): Promise<void>;
  /** A secret for as long as `use` takes, by its name: for services that read credentials there alone. */
  lend<T>(credentials: object, use: (name: string) => Promise<T>): Promise<T>;
  /** Kept for a week, should it have been a mistake. */
  remove(name: string): Promise<void>;
}

const recoveryDays = 7;

export function createSecrets(client: SecretsManagerClient, prefix: string): Secrets {
  return {
    nameOf: (workspace, connection, change) =>
      [prefix, 'connections', workspace, connection, ...(change === undefined ? [] : [change])].join('/'),
    async put(name, credentials) {
      const SecretString = JSON.stringify(credentials);
      await client.send(new CreateSecretCommand({ Name: name, SecretString }));
    },
    async lend(credentials, use) {
      const name = `${prefix}/tries/${newId()}`;
      await client.send(new CreateSecretCommand({ Name: name, SecretString: JSON.stringify(credentials) }));
      try {
        return await use(name);
      } finally {
        await client.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
      }
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
