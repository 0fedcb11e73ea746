import type { Logger } from '@foretell/core/node/logger';
import { newSecretToken } from '@foretell/core/node/secret-token';
import express from 'express';
import supertest from 'supertest';
import { requestLog } from './request-log.ts';

test('a request is logged once, without its query and without the token in its path', async () => {
  const logged: unknown[] = [];
  const logger = { info: (line: object) => logged.push(line) } as unknown as Logger;
  const app = express().use(requestLog(logger));
  const token = newSecretToken('fu');
  await supertest(app).post(`/api/unsubscriptions/${token}?why=${token}`);
  await supertest(app).get('/api/models/0192_a-b');
  expect(logged).toMatchObject([
    { method: 'POST', path: '/api/unsubscriptions/fu_…', status: 404 },
    { method: 'GET', path: '/api/models/0192_a-b', status: 404 },
  ]);
  expect(JSON.stringify(logged)).not.toContain(token);
});
