import { environments } from '../environments.ts';
import { estimate, usualUsage } from './estimate.ts';
import { prices } from './prices.ts';

const total = (name: 'staging' | 'production', usage = usualUsage) =>
  estimate(environments[name], usage).reduce((sum, { dollarsPerMonth }) => sum + dollarsPerMonth, 0);
const line = (lines: ReturnType<typeof estimate>, what: string) => lines.find((each) => each.what === what)!;

test('a service costs its tasks, hours and the standby kept warm', () => {
  const backend = line(estimate(environments.staging), 'ECS backend');
  const hour = 0.5 * prices.fargateVcpuHour.dollars + 1 * prices.fargateGbHour.dollars;
  expect(backend.dollarsPerMonth).toBeCloseTo(1.25 * 730 * hour, 6);
});

test('production, with two zones and more of everything, costs more than staging', () => {
  expect(total('production')).toBeGreaterThan(2 * total('staging'));
});

test('more tasks cost more, and a standby that is never kept costs nothing', () => {
  expect(total('staging', { ...usualUsage, liveTasks: 2 })).toBeGreaterThan(total('staging'));
  expect(total('staging', { ...usualUsage, warmShare: 0 })).toBeLessThan(total('staging'));
});

test('an instance without a price is named, with the table to add it to', () => {
  const { database } = environments.staging;
  expect(() =>
    estimate({ ...environments.staging, database: { ...database, instance: 'db.x9.huge' } }),
  ).toThrow('There is no price of db.x9.huge: add it to infra/src/cost/prices.ts');
});

test('a line tells which of its prices were compared with a published one', () => {
  const lines = estimate(environments.production);
  expect(line(lines, 'NAT gateways').prices.every(({ source }) => source !== null)).toBe(true);
  expect(line(lines, 'EMR Serverless').prices.map(({ source }) => source)).toEqual([null, null]);
});

test('MySQL costs its hours and its disk, in each zone', () => {
  const { dollarsPerMonth } = line(estimate(environments.production), 'RDS MySQL');
  expect(dollarsPerMonth).toBeCloseTo(2 * (730 * 0.185 + 100 * 0.127), 6);
});
