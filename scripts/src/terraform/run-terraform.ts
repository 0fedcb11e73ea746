import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

export interface TerraformRun {
  readonly status: number;
  readonly output: string;
}

export interface TerraformOptions {
  readonly folder: string;
  /** Providers and backend settings of a stack, kept over synths. */
  readonly dataFolder: string;
  /** Shows what Terraform says as it says it. @default false */
  readonly live?: boolean;
}

/** Runs terraform in a stack's folder; a status that is not 0 is the caller's to judge. */
export async function runTerraform(
  args: readonly string[],
  options: TerraformOptions,
): Promise<TerraformRun> {
  const child = spawn('terraform', [...args], {
    cwd: options.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      TF_DATA_DIR: resolve(options.dataFolder),
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      CHECKPOINT_DISABLE: '1',
    },
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (options.live) process.stderr.write(chunk);
    });
  const ended = once(child, 'close') as Promise<[number | null]>;
  try {
    const [status] = await ended;
    return { status: status ?? 1, output: Buffer.concat(chunks).toString() };
  } catch (error) {
    throw new Error('terraform cannot be started: install Terraform 1.11 or later, and put it on the PATH', {
      cause: error,
    });
  }
}

/** Terraform's own words, without its box of lines, at most so many characters of their end. */
export const lastWords = (output: string, characters = 3000): string =>
  output.replaceAll(/[│╷╵]/g, '').trim().slice(-characters);
