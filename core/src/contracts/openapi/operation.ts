import type { z } from 'zod';

/** One answer that is not an error. No `body`: the answer has none. */
export interface Success {
  status: number;
  description: string;
  body?: z.ZodType;
  /** @default application/json */
  contentType?: string;
}

/** One operation of an HTTP API: what its server validates by, and what its OpenAPI document says. */
export interface Operation {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As OpenAPI writes it: /api/datasets/{id} */
  path: string;
  operationId: string;
  summary: string;
  tag: string;
  auth: 'none' | 'bearer' | 'apiKey';
  params?: z.ZodObject;
  query?: z.ZodObject;
  headers?: z.ZodObject;
  body?: z.ZodType;
  success: readonly Success[];
  /** Statuses of its errors beside those that follow from the above (see `problemStatuses`). */
  problems?: readonly number[];
}

/** Every error status an operation may answer: what each part of it can refuse, and 500. */
export function problemStatuses(operation: Operation): number[] {
  const statuses = new Set([...(operation.problems ?? []), 500]);
  if (operation.auth !== 'none') statuses.add(401).add(403);
  if (operation.params) statuses.add(404);
  if (operation.query) statuses.add(422);
  if (operation.body) statuses.add(413).add(422);
  return [...statuses].sort((a, b) => a - b);
}

/** The path as Express writes it: /api/datasets/:id */
export const expressPath = (operation: Operation) => operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
