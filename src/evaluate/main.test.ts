import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const run = promisify(execFile);
const main = path.join(import.meta.dirname, 'main.ts');
const sample = path.join(import.meta.dirname, '../../samples/labelled-rows.csv');
const evaluate = (...args: string[]) => run(process.execPath, [main, ...args], { cwd: folder });

/** A word of its own for each number. */
const word = (value: number) =>
  [...(value + 1_000).toString(26)]
    .map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)))
    .join('');

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tallyflow-evaluate-'));
  await writeFile(path.join(folder, 'bad.csv'), 'merchant_name,description,category\nBLUE,Fuel\n');
  await writeFile(path.join(folder, 'bad.json'), '{"categories": [{"patterns": []}]}');
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('the command', () => {
  it('prints an evaluation from any folder', async () => {
    const { stdout } = await evaluate(sample, '--target', '0.9');
    expect(stdout).toContain('291 labelled rows of');
    for (const title of ['Patterns alone, as today', 'Category', 'Labelled rows', 'How to read'])
      expect(stdout).toContain(title);
  });

  it('evaluates 300 categories, and lists the 40 with most rows', async () => {
    const rows = Array.from(
      { length: 600 },
      (_, place) => `${word(place)} ${word(place % 300)},,C${place % 300}\n`,
    );
    const file = path.join(folder, 'many-categories.csv');
    await writeFile(file, `merchant_name,description,category\n${rows.join('')}`);
    await writeFile(path.join(folder, 'none.json'), '{"categories": []}');
    const { stdout } = await evaluate(file, '--patterns', 'none.json');
    expect(stdout).toContain('600 labelled rows of 600 merchants in 300 categories.');
    expect(stdout.match(/^C\d+ /gm)).toHaveLength(40);
    expect(stdout).toContain('\nand 260 categories more\n');
  });

  it.each([
    [[], 2, 'Name one CSV file.'],
    [['one.csv', 'two.csv'], 2, 'Name one CSV file.'],
    [[sample, '--target', '1'], 2, '--target must be a number from 0.5 to 0.999, not "1"'],
    [[sample, '--target', '0.49'], 2, '--target must be a number'],
    [[sample, '--target', ''], 2, '--target must be a number'],
    [[sample, '--color'], 2, "Unknown option '--color'"],
    [['missing.csv'], 1, 'no such file'],
    [['.'], 1, 'directory'],
    [['bad.csv'], 1, 'line 2: has 2 cells, but the header has 3'],
    [[sample, '--later', 'bad.csv'], 1, 'bad.csv is not valid.'],
    [[sample, '--patterns', 'missing.json'], 1, 'no such file'],
    [[sample, '--patterns', 'bad.json'], 1, 'categories/0/name is required'],
  ])('refuses %j with the exit code %i', async (args, code, message) => {
    await expect(evaluate(...args)).rejects.toMatchObject({
      code,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
  });

  it('shows how it is used after bad arguments', async () => {
    await expect(evaluate()).rejects.toMatchObject({
      stderr: expect.stringContaining('Usage: script/evaluate FILE.csv'),
    });
  });
});
