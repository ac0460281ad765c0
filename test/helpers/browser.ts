import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findOnPath } from '../../src/local/processes/find-on-path.ts';
import { testPassword } from './sign-in.ts';
import { waitFor } from './wait-for.ts';

/**
 * Suites may run as root, so there is no sandbox. Nothing asks other machines for anything. All pages of a person share
 * one process, which saves starting it and compiling the scripts for each page.
 */
const browserArguments = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--renderer-process-limit=1',
];

/** A busy machine may take this long for a step. A test may take longer, so that its failure names the step. */
const stepTimeoutMs = 20_000;

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

export interface TestPage {
  page: Page;
  /**
   * What a person who opens the browser's tools would frown at: errors and warnings in its console,
   * requests that failed, and requests to other servers.
   */
  problems: string[];
  close(): Promise<void>;
}

/** How a page is shown. The default is the light theme in a window of 1,280 pixels. */
export interface Look {
  width?: number;
  colorScheme?: 'light' | 'dark';
}

/** The two looks that differ most. */
export const looks = [
  { width: 1280, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
] as const;

export interface TestPageOptions extends Look {
  /**
   * Whose page it is. Pages of one person share cookies and storage. A person without an open page takes over the
   * place of somebody who has left. Its cached files save most of the time that loading the console takes.
   */
  as: string;
}

export interface TestBrowser {
  /** Opens an empty page. Its paths are relative to `baseUrl`. */
  open(options: TestPageOptions): Promise<TestPage>;
  close(): Promise<void>;
}

/** A browser context, in which one person at a time has pages. */
interface Place {
  context: BrowserContext;
  as: string;
  pageCount: number;
}

/**
 * Starts the machine's Chromium, which script/bootstrap --with-browser installs. The build without windows is
 * preferred, since it needs a quarter less of the processor.
 */
export async function startTestBrowser(baseUrl: string): Promise<TestBrowser> {
  const executablePath = findOnPath('chromium-headless-shell') ?? findOnPath('chromium');
  if (executablePath === undefined)
    throw new Error('There is no chromium here; script/bootstrap --with-browser installs it.');
  const browser: Browser = await chromium.launch({ executablePath, args: browserArguments });
  const places: Place[] = [];

  async function takePlace(as: string): Promise<Place> {
    const free =
      places.find((place) => place.as === as) ?? places.find(({ pageCount }) => pageCount === 0);
    if (free !== undefined) return Object.assign(free, { as });
    const context = await browser.newContext({
      baseURL: baseUrl,
      locale: 'en-GB',
      // Notifications and drawers appear where they end up, without sliding there.
      reducedMotion: 'reduce',
    });
    const place = { context, as, pageCount: 0 };
    places.push(place);
    return place;
  }

  return {
    async open({ as, ...look }) {
      const place = await takePlace(as);
      place.pageCount++;
      const page = await place.context.newPage();
      page.setDefaultTimeout(stepTimeoutMs);
      await show(page, look);
      const close = async () => {
        await page.close();
        place.pageCount--;
      };
      return { page, problems: watch(page, baseUrl), close };
    },
    close: () => browser.close(),
  };
}

/** Gives a page a look, before or after it is loaded. */
export async function show(page: Page, look: Look): Promise<void> {
  const { width = 1280, colorScheme = 'light' } = look;
  await page.setViewportSize({ width, height: 860 });
  await page.emulateMedia({ colorScheme });
}

/** Waits until a page has loaded its code, and what it asks the API for. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  const busy = '[aria-busy="true"], [aria-label="Loading"], .ant-skeleton, .ant-spin-spinning';
  await page.locator(busy).first().waitFor({ state: 'detached' });
}

/**
 * Fills in the sign-in form as a person would, unless that person is signed in already. Does not wait for the page
 * that follows.
 */
export async function signInOn(page: Page, email: string, password = testPassword): Promise<void> {
  const form = page.getByLabel('E-mail');
  await form.or(page.locator('#content')).first().waitFor();
  if ((await form.count()) === 0) return;
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

function watch(page: Page, baseUrl: string): string[] {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      problems.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`thrown: ${error.message}`));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(baseUrl) && !url.startsWith('data:') && !url.startsWith('blob:'))
      problems.push(`request to ${url}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  return problems;
}

interface Violation {
  id: string;
  impact: string;
  help: string;
  nodes: { html: string; failureSummary: string }[];
}

/** Lists what axe-core calls serious or critical on the page as it is now, a few lines for each. */
export async function accessibilityViolations(page: Page): Promise<string[]> {
  // It is evaluated from outside the page, whose Content-Security-Policy allows no such script.
  if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(axeSource);
  // Nobody reads a colour that is still changing to another one. Spinners never end.
  await page.evaluate(`Promise.allSettled(document.getAnimations()
    .filter(({ effect }) => effect.getTiming().iterations !== Infinity)
    .map(({ finished }) => finished)).then(() => undefined)`);
  // The style sheets and media that it would preload only matter to rules that are off or find nothing here.
  const { violations } = (await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'], preload: false })",
  )) as { violations: Violation[] };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html}\n  ${failureSummary}`),
    );
}

/**
 * Lists what is wrong with a page in each look: what hinders access, and whether it is wider than its window. It starts
 * with the look that the page has, and leaves it in the last one, since the console computes all of its styles again
 * with each change.
 */
export async function violationsInEachLook(page: Page): Promise<string[]> {
  const found: string[] = [];
  const isInLastLook = page.viewportSize()?.width === looks[1].width;
  for (const look of isInLastLook ? looks.toReversed() : looks) {
    await show(page, look);
    await page.locator(`html[data-theme="${look.colorScheme}"]`).waitFor();
    // React has drawn the page again by the second frame.
    await page.evaluate(
      'new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))',
    );
    const violations = await accessibilityViolations(page);
    const width = (await page.evaluate('document.documentElement.scrollWidth')) as number;
    if (width > look.width) violations.push(`${width} pixels wide`);
    found.push(...violations.map((violation) => `${JSON.stringify(look)} ${violation}`));
  }
  return found;
}

/**
 * Waits until the expression is true in the page. (Playwright's waitForFunction would have the page
 * evaluate its text, which the console's Content-Security-Policy forbids.)
 */
export async function untilTrue(page: Page, expression: string): Promise<void> {
  await waitFor(async () => Boolean(await page.evaluate(expression)));
}
