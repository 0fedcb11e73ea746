import { setTimeout as delay } from 'node:timers/promises';
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Colour } from '@foretell/core/contracts/release-bake';
import type { Logger } from '@foretell/core/node/logger';

export interface ActiveColourOptions {
  ssm: SSMClient;
  /** The parameter that holds the live colour. */
  parameter: string;
  /** This process's. */
  colour: Colour;
  /** Between two looks. */
  everyMs: number;
  /** Called at every look: a start that had to wait for the last poll is made up for. */
  receive: (on: boolean) => void;
  logger: Logger;
}

export interface ActiveColour {
  close(): Promise<void>;
}

/**
 * Receives while this colour is the live one, until closed. While SSM does not answer all stays as it was; before its
 * first answer nothing is received, since two colours at work are worse than a late start.
 */
export function followActiveColour(options: ActiveColourOptions): ActiveColour {
  const { ssm, parameter, colour, everyMs, receive, logger } = options;
  const closing = new AbortController();
  let live: string | undefined;

  async function look(): Promise<void> {
    try {
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name: parameter }), {
        abortSignal: closing.signal,
      });
      if (Parameter?.Value !== live) logger.info({ live: Parameter?.Value, colour }, 'the live colour');
      live = Parameter?.Value;
    } catch (error) {
      if (!closing.signal.aborted)
        logger.warn({ err: error, parameter }, 'the live colour cannot be read: all stays as it is');
    }
    if (live !== undefined && !closing.signal.aborted) receive(live === colour);
  }

  async function follow(): Promise<void> {
    while (!closing.signal.aborted) {
      await look();
      await delay(everyMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  const following = follow();
  return {
    async close() {
      closing.abort();
      await following;
    },
  };
}
