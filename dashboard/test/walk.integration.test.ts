import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { batchStatus, predictionResponse, recordsResponse } from '@foretell/core/contracts/public-api';
import { type Platform, startPlatform } from '@foretell/local/platform';
import { freePort } from '@foretell/local/testing/free-port';
import { deliveriesCsv, shopNames } from './deliveries.ts';
import { findChromium } from './find-chromium.ts';
import { choose, type OpenBrowser, openBrowser } from './open-browser.ts';

/**
 * A product developer's whole way through the dashboard, on the real platform: each test goes on where the one before
 * it left off.
 */

const chromium = findChromium();
const walk =
  chromium === null
    ? (title: string, suite: () => void) =>
        describe.skip(
          `${title} (SKIPPED: there is no Chromium: scripts/setup/test-tools.sh installs it)`,
          suite,
        )
    : describe;

const slowMs = 300_000;

walk('the way from sign-up to an experiment', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'foretell-walk-'));
  let platform: Platform;
  let browser: OpenBrowser;
  const cleanUps: (() => Promise<void>)[] = [];
  let apiKey = '';
  let modelId = '';
  const predicted: string[] = [];

  beforeAll(async () => {
    platform = await startPlatform({
      dataDir,
      ports: {
        control: await freePort(),
        public: await freePort(),
        aws: await freePort(),
        standIns: await freePort(),
      },
    });
    cleanUps.push(() => platform.stop());
    browser = await openBrowser(chromium ?? '', platform.urls.dashboard);
    cleanUps.push(() => browser.close());
  }, slowMs);

  afterAll(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
    rmSync(dataDir, { recursive: true, force: true });
  }, slowMs);

  async function callPublicApi(path: string, body: unknown): Promise<unknown> {
    const response = await fetch(`${platform.urls.public}${path}`, {
      method: 'POST',
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  async function untilStored(batch: string): Promise<void> {
    for (let status = ''; status !== 'stored';) {
      const response = await fetch(`${platform.urls.public}/v1/batches/${batch}`, {
        headers: { 'x-api-key': apiKey },
      });
      ({ status } = batchStatus.parse(await response.json()));
      await pause();
    }
  }

  test(
    'a visitor signs up and is told what to do next',
    async () => {
      const { page } = browser;
      await page.goto('/');
      await page.getByRole('link', { name: 'Create a workspace' }).click();
      await page.getByLabel('Work e-mail').fill('mira@example.com');
      await page.getByRole('textbox', { name: 'Password' }).fill('too short');
      await page.getByLabel('Workspace').fill('Deliveries');
      await page.getByRole('button', { name: 'Create workspace' }).click();
      await page.getByText('at least 12 characters', { exact: true }).waitFor();
      await page.getByRole('textbox', { name: 'Password' }).fill('long enough for this');
      await page.getByRole('button', { name: 'Create workspace' }).click();
      await page.getByRole('heading', { name: 'What to do next' }).waitFor();
      await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
    },
    slowMs,
  );

  test(
    'a file becomes a dataset with its columns and a sample',
    async () => {
      const { page } = browser;
      await page.getByRole('link', { name: 'Bring data' }).click();
      await page.locator('input[type=file]').setInputFiles({
        name: 'deliveries.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(deliveriesCsv()),
      });
      await page.getByRole('button', { name: 'Upload and read it' }).click();
      await page.getByRole('tab', { name: 'Sample' }).waitFor({ timeout: 120_000 });
      await page.getByText('6,000', { exact: true }).waitFor();
      await page.getByRole('img', { name: 'Distribution of late_minutes' }).waitFor();
      await page.getByRole('tab', { name: 'Sample' }).click();
      await page.getByRole('table', { name: 'Sample rows' }).getByRole('row').nth(25).waitFor();
    },
    slowMs,
  );

  test(
    'a question becomes a recipe, and the recipe a trained version',
    async () => {
      const { page } = browser;
      await page.getByRole('link', { name: 'Build a model from it' }).click();
      await page.getByLabel('Model name').fill('late deliveries');
      await choose(page, 'About whom or what (entity)', 'shop');
      await choose(page, 'When a row happened (time)', 'ordered_at');
      await choose(page, 'Column', 'late_minutes');
      await page.getByText('Whether it passes a mark').click();
      await page.getByRole('textbox', { name: 'Value', exact: true }).fill('5');
      await page.getByRole('textbox', { name: 'Known after (days)' }).fill('1');
      await page.getByRole('button', { name: 'Only some rows' }).click();
      await choose(page, 'Column of the row', 'channel');
      await choose(page, 'Value', 'web');
      await page.getByRole('button', { name: 'Propose a recipe' }).click();
      await page.getByRole('heading', { name: 'What the model will look at' }).waitFor();
      await page.getByText('Past of the shop: outcomes').waitFor();
      await page.getByText('Learned from rows with channel = web').waitFor();
      await page.getByRole('button', { name: 'Use this recipe' }).click();
      await page.getByRole('button', { name: 'Train the model' }).click();
      await page.getByRole('link', { name: /Version 1: how good it is/ }).click({ timeout: 240_000 });
      await page.getByText(/ranks them rightly \d+ times of 100; guessing: 50/).waitFor();
      await page.getByRole('img', { name: /ROC curve/ }).waitFor();
      await page.getByText('Better than guessing').or(page.getByText('Much better than guessing')).waitFor();
      modelId = /models\/([^/]+)/.exec(page.url())?.[1] ?? '';
    },
    slowMs,
  );

  test(
    'the version is deployed with an experiment, and can be called with a key',
    async () => {
      const { page } = browser;
      await page.getByRole('link', { name: 'Deploy this version' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill('kept waiting');
      await page.getByRole('button', { name: 'Make a new one, “outcomes”' }).click();
      await page.getByRole('combobox', { name: 'Column with the unit' }).fill('order');
      await page.getByRole('button', { name: 'Deploy and start the experiment' }).click();
      await page.getByRole('heading', { name: 'Get predictions' }).waitFor();
      await page.getByText(modelId).waitFor();

      await page.getByRole('link', { name: 'API keys' }).first().click();
      await page.getByRole('button', { name: 'New key' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill('shop server');
      await page.getByRole('button', { name: 'Make the key' }).click();
      apiKey = (await page.getByLabel('the key', { exact: true }).textContent()) ?? '';
      expect(apiKey).toMatch(/^fk_/);
      await page.getByRole('button', { name: 'I have copied it' }).click();
      await page.getByRole('cell', { name: 'shop server' }).waitFor();
    },
    slowMs,
  );

  test(
    'predictions are listed, and one is shown in full',
    async () => {
      const { page } = browser;
      for (const [index, entity] of [...shopNames, ...shopNames].entries()) {
        const answer = await untilServed(() =>
          callPublicApi('/v1/predictions', {
            model: modelId,
            entity,
            unit: `order-${index}`,
            features: { amount: 20 + index, channel: 'web' },
          }),
        );
        predicted.push(predictionResponse.parse(answer).id);
      }
      await page.getByRole('link', { name: 'Predictions' }).click();
      await page.getByRole('table', { name: 'Predictions' }).getByRole('row').nth(48).waitFor();
      await page.getByLabel('Find one by its id').fill(predicted[3] ?? '');
      await page.getByRole('button', { name: 'Open' }).click();
      await page.getByText('order-3', { exact: true }).waitFor();
      await page.getByRole('table', { name: 'Feature vector' }).getByText('channel, as sent').waitFor();
    },
    slowMs,
  );

  test(
    'the experiment shows its health, its groups and why it still waits',
    async () => {
      const { page } = browser;
      await page.getByRole('link', { name: 'Datasets' }).click();
      await page.getByRole('link', { name: 'outcomes' }).click();
      await page.getByRole('heading', { name: 'outcomes' }).waitFor();
      const outcomes = page.url().split('/').at(-1) ?? '';
      const records = predicted
        .slice(0, 20)
        .map((_, index) => ({ record_id: `r${index}`, order: `order-${index}` }));
      const sent = recordsResponse.parse(
        await callPublicApi(`/v1/datasets/${outcomes}/records`, { records }),
      );
      await untilStored(sent.batch_id);
      await page.getByRole('link', { name: 'Experiments' }).click();
      await page.getByRole('link', { name: 'late deliveries, version 1' }).click();
      await page.getByRole('heading', { name: 'Still running' }).waitFor();
      for (let attempt = 0; attempt < 60; attempt++) {
        await page.getByRole('button', { name: 'Look now' }).click();
        const counted = page.getByText(/of at least 100 conversions/).first();
        if (await counted.isVisible()) break;
        await page.waitForTimeout(2_000);
      }
      await page.getByText('No unit was in both groups.').waitFor();
      await page.getByRole('table', { name: 'kept waiting by group' }).getByText('fallback').waitFor();
    },
    slowMs,
  );

  test(
    'a metric is tried on the real events that came, with the SQL that will compute it',
    async () => {
      const { page } = browser;
      await page.goto(`/models/${modelId}/deploy`);
      await choose(page, 'Events arrive in', 'outcomes (stream)');
      await page.getByRole('combobox', { name: 'Column with the unit' }).fill('order');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Try it on real events' }).click();
      await page.getByText(/^20 events of 20 units, .*: 100\.00 % converted/).waitFor();
      await page
        .getByRole('table', { name: 'Newest events' })
        .getByText(/^order-\d+$/)
        .first()
        .waitFor();
      await page.getByRole('button', { name: 'The SQL that will compute it' }).click();
      await page.getByText(/FROM experiment_assignments/).waitFor();
    },
    slowMs,
  );

  test('the pages complained of nothing all the way', () => {
    expect(browser.complaints).toEqual([]);
  });

  test(
    'a model goes once it is out of service; a prediction that it made stays',
    async () => {
      const { page } = browser;
      await page.goto(`/models/${modelId}?tab=deployments`);
      await page.getByRole('button', { name: 'Delete…' }).click();
      await page.getByRole('button', { name: 'Delete it' }).click();
      await page.getByText(/cannot be deleted: version 1 of it is deployed; an experiment runs/).waitFor();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: 'Take out of service' }).click();
      await page.getByRole('button', { name: 'Take it out of service' }).click();
      await page.getByRole('button', { name: 'Take out of service' }).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Delete…' }).click();
      await page.getByRole('button', { name: 'Delete it' }).click();
      await page.getByRole('heading', { name: 'Models', exact: true }).waitFor();
      await page.goto(`/predictions/${predicted[3] ?? ''}`);
      await page.getByText('deleted model, version 1').waitFor();
      await page.getByText('order-3', { exact: true }).waitFor();
    },
    slowMs,
  );

  test(
    'signing out leads back to the door',
    async () => {
      const { page } = browser;
      await page.getByRole('button', { name: 'Account' }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    },
    slowMs,
  );
});

const pause = () => delay(250);

/** A deployment and a key are served within seconds: until then the public API refuses. */
async function untilServed<T>(call: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause();
    }
  }
}
