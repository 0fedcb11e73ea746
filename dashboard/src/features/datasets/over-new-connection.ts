import { connection, type connectionRequest } from '@foretell/core/contracts/sources';
import type { z } from 'zod';
import { send, sendJson } from '../../api/client.ts';

/** Makes a connection, and what is to stand on it; without that the connection goes too, and another try makes one anew. */
export async function overNewConnection<T>(
  asked: z.input<typeof connectionRequest>,
  create: (connection: string) => Promise<T>,
): Promise<T> {
  const { id } = await sendJson('POST', '/connections', asked, connection);
  try {
    return await create(id);
  } catch (error) {
    await send('DELETE', `/connections/${id}`);
    throw error;
  }
}
