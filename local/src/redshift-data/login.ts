import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Transaction } from '@electric-sql/pglite';
import { z } from 'zod';
import { AwsError } from '../aws-api/aws-error.ts';

/** Who a statement runs as: a user of the warehouse's own. */
export type Login = z.output<typeof login>;
const login = z.object({ username: z.string().min(1), password: z.string().min(1) });

/** The user and password that a secret holds, as the Data API reads them for its caller. */
export async function readLogin(secrets: SecretsManagerClient, name: string): Promise<Login> {
  try {
    const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: name }));
    const read = login.safeParse(JSON.parse(SecretString));
    if (read.success) return read.data;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError('ValidationException', `The secret cannot be read: ${reason}`);
  }
  throw new AwsError('ValidationException', 'username and password in secret cannot be empty');
}

/** Checks the password against what Postgres keeps of it (RFC 5803), and takes on the user's rights until the transaction ends. */
export async function logIn(tx: Transaction, { username, password }: Login): Promise<void> {
  const { rows } = await tx.query<{ rolpassword: string | null }>(
    'SELECT rolpassword FROM pg_authid WHERE rolname = $1 AND rolcanlogin',
    [username],
  );
  const [, iterations = '1', salt = '', stored = ''] =
    /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):/.exec(rows[0]?.rolpassword ?? '') ?? [];
  const salted = pbkdf2Sync(
    password.normalize('NFKC'),
    Buffer.from(salt, 'base64'),
    Number(iterations),
    32,
    'sha256',
  );
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const key = createHash('sha256').update(clientKey).digest();
  const known = Buffer.from(stored, 'base64');
  if (known.length !== key.length || !timingSafeEqual(known, key))
    throw new Error(`FATAL: password authentication failed for user "${username}"`);
  await tx.exec(`SET LOCAL ROLE "${username.replaceAll('"', '""')}"`);
}
