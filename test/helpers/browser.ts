import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findOnPath } from '../../src/local/find-on-path.ts';
import { testPassword } from './sign-in.ts';
import { waitFor } from './wait-for.ts';

/**
 * No sandbox, since suites may run as root; nothing that would ask other machines for anything; one
 * process for all pages of a person, which saves a start and the compiling of scripts for each.
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

/** On a machine that is busy with other suites; less than a test may take, so that its failure names the step. */
const stepTimeoutMs = 20_000;

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

export interface TestPage {
  page: Page;
  /**
   * What a person who opens the browser's tools would frown at: errors and warnings of the console,
   * requests that failed, and requests to another server.
   */
  problems: string[];
  close(): Promise<void>;
}

/** How a page is looked at; in the light and 1280 pixels wide unless it is said otherwise. */
export interface Look {
  width?: number;
  colorScheme?: 'light' | 'dark';
}

/** Those that differ most. */
export const looks = [
  { width: 1280, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
] as const;

export interface TestPageOptions extends Look {
  /**
   * Whose page it is: pages of one person share cookies and storage. Who has none open yet takes over
   * the place of somebody who has left, with the files that are cached there, which saves most of what
   * it takes to load the console.
   */
  as: string;
}

export interface TestBrowser {
  /** Paths count from `baseUrl`. */
  open(options: TestPageOptions): Promise<TestPage>;
  close(): Promise<void>;
}

/** Where one person at a time has pages. */
interface Place {
  context: BrowserContext;
  as: string;
  pageCount: number;
}

/**
 * The machine's Chromium; script/bootstrap --with-browser installs it. Where there is the one without
 * windows, that, which takes a quarter less of the processor.
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
      // Notifications and drawers are where they end up at once.
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

/** Turns a page, also one that is loaded already, to a look. */
export async function show(page: Page, look: Look): Promise<void> {
  const { width = 1280, colorScheme = 'light' } = look;
  await page.setViewportSize({ width, height: 860 });
  await page.emulateMedia({ colorScheme });
}

/** Waits for a page's own code, and for what it asks the API for. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  const busy = '[aria-busy="true"], [aria-label="Loading"], .ant-skeleton, .ant-spin-spinning';
  await page.locator(busy).first().waitFor({ state: 'detached' });
}

/**
 * Fills the form that is open, as a person would, unless whose page it is has signed in before. The page
 * that follows is up to the test.
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

/** What axe-core calls serious or critical on the page as it is now; each in a line or two. */
export async function accessibilityViolations(page: Page): Promise<string[]> {
  // Evaluated from outside the page, whose content security policy allows no such script.
  if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(axeSource);
  // A colour on its way to another one is no colour that anybody reads. Spinners never arrive.
  await page.evaluate(`Promise.allSettled(document.getAnimations()
    .filter(({ effect }) => effect.getTiming().iterations !== Infinity)
    .map(({ finished }) => finished)).then(() => undefined)`);
  // What it would load beforehand, style sheets and media, is for rules that are off or find nothing here.
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
 * What is wrong with a page in one look after the other, beginning with the one that it has:
 * accessibility, and whether it is as narrow as its window. It stays in the last of them, since each
 * turn has the console compute all of its styles.
 */
export async function violationsInEachLook(page: Page): Promise<string[]> {
  const found: string[] = [];
  const isInLastLook = page.viewportSize()?.width === looks[1].width;
  for (const look of isInLastLook ? looks.toReversed() : looks) {
    await show(page, look);
    await page.locator(`html[data-theme="${look.colorScheme}"]`).waitFor();
    // React has drawn it anew by the second frame.
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
