import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { checkout } from '../settings.ts';
import type { ApiClient } from './api-client.ts';

const file = 'samples/starter-categories.json';
const importPath = '/api/admin/categories/import';

interface ImportResult {
  categories_created: number;
  patterns_created: number;
}

async function hasCategories(api: ApiClient): Promise<boolean> {
  const path = '/api/admin/categories?_start=0&_end=1';
  return (await api.request<unknown[]>('GET', path)).body.length > 0;
}

async function askToImport(signal: AbortSignal): Promise<boolean> {
  // With "terminal: false", Ctrl-C remains a signal to this process instead of a key press.
  const prompt = createInterface({ input: process.stdin, output: process.stdout, terminal: false });
  try {
    const question = 'There are no categories yet. Import the starter categories? [Y/n] ';
    // Ctrl-D closes the input. The question alone would then wait for ever.
    const closed = once(prompt, 'close').then(() => 'n');
    const answer = await Promise.race([prompt.question(question, { signal }), closed]);
    return /^(y|yes|)$/i.test(answer.trim());
  } finally {
    prompt.close();
  }
}

/** Imports the starter categories if there are none and the user wants them. Otherwise explains how to import them. */
export async function offerStarterCategories(
  api: ApiClient,
  {
    isWanted,
    log,
    signal,
  }: { isWanted: boolean; log: (message: string) => void; signal: AbortSignal },
): Promise<void> {
  if (await hasCategories(api)) return;
  const canAsk = process.stdin.isTTY && process.stdout.isTTY;
  if (isWanted || (canAsk && (await askToImport(signal)))) {
    const taxonomy = JSON.parse(await readFile(path.join(checkout, file), 'utf8'));
    const { body } = await api.request<ImportResult>('POST', importPath, taxonomy);
    log(`Imported ${body.categories_created} categories with ${body.patterns_created} patterns.`);
    return;
  }
  log(`There are no categories yet. Import the starter categories in the console (Categories), or with:
  curl -sS ${api.baseUrl}${importPath} -H 'Authorization: Bearer ${api.apiKey}' \\
    -H 'Content-Type: application/json' --data-binary @${path.join(checkout, file)}`);
}
