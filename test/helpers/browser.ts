import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findOnPath } from '../../src/local/find-on-path.ts';
import { testPassword } from './sign-in.ts';

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

export interface TestPageOptions {
  width?: number;
  colorScheme?: 'light' | 'dark';
  /**
   * Whose page it is: it shares cookies and cached files with other pages of theirs, which saves most
   * of what it takes to sign in and to load the console. Without it a page shares nothing.
   */
  as?: string;
}

export interface TestBrowser {
  /** Paths count from `baseUrl`. */
  open(options?: TestPageOptions): Promise<TestPage>;
  close(): Promise<void>;
}

/** The machine's Chromium; script/bootstrap --with-browser installs it. */
export async function startTestBrowser(baseUrl: string): Promise<TestBrowser> {
  const executablePath = findOnPath('chromium');
  if (executablePath === undefined)
    throw new Error('There is no chromium here; script/bootstrap --with-browser installs it.');
  const browser: Browser = await chromium.launch({ executablePath, args: browserArguments });
  const shared = new Map<string, BrowserContext>();

  const newContext = ({ width = 1280, colorScheme = 'light' }: TestPageOptions) =>
    browser.newContext({
      baseURL: baseUrl,
      viewport: { width, height: 860 },
      colorScheme,
      locale: 'en-GB',
      // Notifications and drawers are where they end up at once.
      reducedMotion: 'reduce',
    });

  return {
    async open(options = {}) {
      const key = options.as === undefined ? undefined : JSON.stringify(options);
      const context = (key !== undefined && shared.get(key)) || (await newContext(options));
      if (key !== undefined) shared.set(key, context);
      const page = await context.newPage();
      page.setDefaultTimeout(stepTimeoutMs);
      const close = () => (key === undefined ? context.close() : page.close());
      return { page, problems: watch(page, baseUrl), close };
    },
    close: () => browser.close(),
  };
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
  // A colour on its way to another one is no colour that anybody reads. Spinners never arrive.
  await page.evaluate(`Promise.allSettled(document.getAnimations()
    .filter(({ effect }) => effect.getTiming().iterations !== Infinity)
    .map(({ finished }) => finished)).then(() => undefined)`);
  // Evaluated from outside the page, whose content security policy allows no such script.
  await page.evaluate(axeSource);
  const { violations } = (await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] })",
  )) as { violations: Violation[] };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html}\n  ${failureSummary}`),
    );
}
