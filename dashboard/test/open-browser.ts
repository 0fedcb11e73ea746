import { type Browser, chromium, type Page } from 'playwright-core';

export interface OpenBrowser {
  page: Page;
  /** What the page complained of: errors thrown, errors and refusals on its console. */
  complaints: string[];
  close(): Promise<void>;
}

const quiet = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page in the machine's own Chromium, at `baseUrl`. */
export async function openBrowser(executablePath: string, baseUrl: string): Promise<OpenBrowser> {
  const browser: Browser = await chromium.launch({ executablePath, args: quiet });
  const context = await browser.newContext({ baseURL: baseUrl, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
  });
  return { page, complaints, close: () => browser.close() };
}

/** Chooses an option of a Mantine select by its label. */
export async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}
