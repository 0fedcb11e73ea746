import { Socket } from 'node:net';
import { jest } from '@jest/globals';
import { breakWhenSilent } from './break-when-silent.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('a connection breaks ten minutes after the database should have answered, counted from what was heard last', () => {
  const socket = new Socket();
  const { heard } = breakWhenSilent(socket, 30);
  jest.advanceTimersByTime(629_000);
  heard();
  jest.advanceTimersByTime(629_000);
  expect(socket.destroyed).toBe(false);
  jest.advanceTimersByTime(1000);
  expect(socket.destroyed).toBe(true);
});

test('one that is done is left alone', () => {
  const socket = new Socket();
  breakWhenSilent(socket, 30).stop();
  jest.advanceTimersByTime(3_600_000);
  expect(socket.destroyed).toBe(false);
});
