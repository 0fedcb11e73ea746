import { imageNames } from '@foretell/infra/environments';
import { checkImages, imagesOfCommit, waitForScans } from './images.ts';
import type { VerifiedRelease } from './ledger.ts';
import { promotable } from './promotable.ts';
import type { Waiver } from './scan-gate.ts';
import { fakeAws } from './testing/fake-aws.ts';
import { addBuild, createFakeWorld, digestFor, type FakeWorld } from './testing/fake-world.ts';

const commit = 'a'.repeat(40);
const images = Object.fromEntries(imageNames.map((image) => [image, digestFor(image, commit)]));

function registryWith(change: (world: FakeWorld) => void = () => {}) {
  const world = createFakeWorld();
  addBuild(world, commit);
  change(world);
  const { aws, writes } = fakeAws(world);
  return {
    writes,
    check: (waivers: readonly Waiver[] = []) => checkImages(aws, images, waivers, '2026-11-23'),
    find: () => imagesOfCommit(aws, imageNames, commit),
  };
}
const found = (world: FakeWorld, image: 'backend' | 'workers') =>
  world.images.get(`${image}@${digestFor(image, commit)}`)!;

test('a commit’s images are found by its tag, and named by their digests', async () => {
  expect(await registryWith().find()).toEqual(images);
});

test('an image that was not pushed is said by name, with what to do', async () => {
  const registry = registryWith((world) => world.images.delete(`workers:${commit}`));
  await expect(registry.find()).rejects.toMatchObject({
    code: 'image',
    message: `ECR has no foretell/workers of commit ${commit}: make build, make push, and try again`,
  });
});

test('clean scans let images through', async () => {
  await expect(registryWith().check()).resolves.toBeUndefined();
});

test('a scan with no result lets nothing through', async () => {
  const registry = registryWith((world) => (found(world, 'backend').findings = null));
  await expect(registry.check()).rejects.toMatchObject({
    code: 'image',
    message: expect.stringContaining('backend was not scanned: without a result nothing is released'),
  });
  expect(registry.writes).toEqual([]);
});

test('a scan that has not ended is waited for, and one that never ends is said by its image', async () => {
  const world = createFakeWorld();
  addBuild(world, commit);
  const scanned = found(world, 'backend');
  scanned.findings = null;
  const { aws } = fakeAws(world);
  const looks: string[] = [];
  const deps = {
    now: () => new Date(world.at),
    sleep: (ms: number) => Promise.resolve(void (world.at += ms)),
    pollMs: 3000,
    patienceMs: 9000,
    look: (detail: string) => Promise.resolve(void looks.push(detail)),
  };
  await expect(waitForScans(aws, images, deps)).rejects.toMatchObject({
    code: 'image',
    message: expect.stringContaining('the scan of backend has not begun'),
  });
  const before = looks.length;
  await waitForScans(aws, images, {
    ...deps,
    look: (detail) => {
      scanned.findings = [];
      return deps.look(detail);
    },
  });
  expect(looks.length).toBe(before + 1);
});

const spoiled = () =>
  registryWith((world) => {
    found(world, 'backend').findings = [{ name: 'CVE-2026-1', severity: 'CRITICAL' }];
    found(world, 'workers').findings = [
      { name: 'CVE-2026-2', severity: 'HIGH' },
      { name: 'CVE-2026-3', severity: 'LOW' },
    ];
  });
const waiver = (finding: string, image: string, until: string): Waiver => ({
  finding,
  image,
  until,
  reason: 'not reachable from outside',
});

test('critical and high findings stop a release, all of them said at once; low ones do not', async () => {
  await expect(spoiled().check()).rejects.toMatchObject({
    code: 'image',
    message:
      'The images are not let through:\n  backend: CVE-2026-1 (CRITICAL)\n  workers: CVE-2026-2 (HIGH)',
  });
});

test('a waiver lets its finding of its image through, until its last day', async () => {
  const both = (until: string) => [
    waiver('CVE-2026-1', 'backend', until),
    waiver('CVE-2026-2', 'workers', until),
  ];
  await expect(spoiled().check(both('2026-11-23'))).resolves.toBeUndefined();
  await expect(spoiled().check(both('2026-11-22'))).rejects.toThrow('its waiver ended on 2026-11-22');
  await expect(spoiled().check([waiver('CVE-2026-1', 'workers', '2027-01-01')])).rejects.toThrow(
    'backend: CVE-2026-1',
  );
});

const staged = { release: 'r1', commit, images } as unknown as VerifiedRelease;

test('only the commit and the bytes that staging verified may go to production', () => {
  expect(promotable(staged, images, null)).toEqual([]);
  expect(promotable(staged, images, commit)).toEqual([]);
  expect(promotable(staged, images, 'b'.repeat(40))).toEqual([
    'commit bbbbbbb is not what staging verified last, which is aaaaaaa (r1)',
  ]);
  expect(promotable(staged, { ...images, backend: digestFor('backend', 'c'.repeat(40)) }, null)).toEqual([
    expect.stringMatching(/^backend: staging verified sha256:\w+, and the registry has sha256:\w+$/),
  ]);
});
