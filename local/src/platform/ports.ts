import { once } from 'node:events';
import { createServer } from 'node:net';

export interface PlatformPorts {
  /** Dashboard and control API. */
  control: number;
  /** Public API. */
  public: number;
  /** S3, SQS, DynamoDB and the other APIs of AWS. */
  aws: number;
  /** Redshift's Data API and Lambda; the inbox page. */
  standIns: number;
}

export const defaultPorts: PlatformPorts = { control: 4000, public: 4001, aws: 4566, standIns: 4567 };

const uses: Record<keyof PlatformPorts, string> = {
  control: 'the dashboard and control API (--control-port)',
  public: 'the public API (--public-port)',
  aws: 'the local AWS (--aws-port)',
  standIns: 'Redshift and Lambda (--stand-ins-port)',
};

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** Throws one error that names every port that is taken, and what it is wanted for. */
export async function checkPorts(ports: PlatformPorts): Promise<void> {
  const taken: string[] = [];
  for (const name of Object.keys(uses) as (keyof PlatformPorts)[])
    if (!(await isFree(ports[name]))) taken.push(`port ${ports[name]} for ${uses[name]}`);
  if (taken.length > 0)
    throw new Error(
      `Taken already: ${taken.join(', ')}. Stop what listens there (another platform?), or choose other ports.`,
    );
}
