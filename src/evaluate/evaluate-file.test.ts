import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EvaluateOptions, evaluateFile } from './evaluate-file.ts';
import { formatEvaluation } from './format-evaluation.ts';

const samples = path.join(import.meta.dirname, '../../samples');
let folder: string;
/** Without patterns, which the model would learn from in each test. */
let noPatterns: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tallyflow-evaluate-'));
  noPatterns = path.join(folder, 'none.json');
  await writeFile(noPatterns, '{"categories": []}');
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const evaluate = async (options: Partial<EvaluateOptions>) =>
  await evaluateFile(
    {
      file: path.join(samples, 'labelled-rows.csv'),
      patternFile: path.join(samples, 'starter-categories.json'),
      laterFile: null,
      targetPrecision: 0.95,
      ...options,
    },
    () => {},
  );

type Row = [merchantName: string, category: string];

async function write(name: string, rows: Row[]): Promise<string> {
  const file = path.join(folder, name);
  const lines = rows.map(([merchantName, category]) => `${merchantName},,${category}\n`);
  await writeFile(file, `merchant_name,description,category\n${lines.join('')}`);
  return file;
}

const letters = (value: number): string =>
  [...value.toString(26)]
    .map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)))
    .join('');

describe('evaluateFile', () => {
  it('evaluates the sample: patterns alone, the chain, and its learning curve', async () => {
    const patternFile = path.join(folder, 'some.json');
    const categories = [
      { name: 'Hotels', patterns: ['hotel', 'guest house'] },
      { name: 'fuel', patterns: ['filling station'] },
      { name: 'Salary', patterns: ['payroll'] },
    ];
    await writeFile(patternFile, JSON.stringify({ categories }));
    const evaluation = await evaluate({ patternFile });
    expect(evaluation.labels).toMatchObject({ categoryCount: 8, categoriesWithPatternsCount: 2 });
    expect(evaluation.isModelLearned).toBe(true);
    const { rowCount, patternsAlone, chain } = evaluation.outOfFold;
    expect(evaluation.learningCurve.map((point) => point.rowCount)).toEqual([
      Math.floor(rowCount / 8),
      Math.floor(rowCount / 4),
      Math.floor(rowCount / 2),
      rowCount,
    ]);
    expect(chain.overall.coverage).toBeGreaterThan(patternsAlone.overall.coverage);
    expect(chain.byCategorizer.get('memory')?.answerCount).toBeGreaterThan(0);
  });

  it('counts merchants with contradicting labels, which memory does not answer', async () => {
    const rows: Row[] = Array.from({ length: 20 }, (_, place) => [
      `BLUE DOOR #${place}`,
      place % 2 === 0 ? 'Fuel' : 'Pets',
    ]);
    const evaluation = await evaluate({ file: await write('contradictory.csv', rows) });
    expect(evaluation.labels).toMatchObject({ merchantCount: 1, contradictoryCount: 1 });
    expect(evaluation.outOfFold.chain.overall.answeredCount).toBe(0);
    expect(evaluation.costliest).toMatchObject([{ merchant: 'blue door', unansweredCount: 20 }]);
    expect(formatEvaluation(evaluation)).toContain('With rows of different labels: 1 merchant.');
  });

  it('evaluates memory and patterns if all rows have one category', async () => {
    const rows: Row[] = [
      ['SHELL OIL 0423', 'Fuel'],
      ['BLUE DOOR', 'Fuel'],
      ['BLUE DOOR', 'Fuel'],
    ];
    const evaluation = await evaluate({ file: await write('one-category.csv', rows) });
    expect(evaluation.isModelLearned).toBe(false);
    const { chain } = evaluation.outOfFold;
    expect(chain.byCategorizer.get('memory')?.rightCount).toBe(2);
    expect(chain.byCategorizer.get('patterns')?.rightCount).toBe(1);
    expect(formatEvaluation(evaluation)).toContain('There is no model');
  });

  it('evaluates without a pattern', async () => {
    const { patternCount, labels, outOfFold } = await evaluate({ patternFile: noPatterns });
    expect(patternCount).toBe(0);
    expect(labels.categoriesWithPatternsCount).toBe(0);
    expect(outOfFold.patternsAlone.overall.answeredCount).toBe(0);
    expect(outOfFold.chain.byCategorizer.get('memory')?.answerCount).toBeGreaterThan(0);
  });

  it('answers later rows by what was learned from the others', async () => {
    const learnt = Array.from(
      { length: 40 },
      (_, place): Row => [
        `SHOP ${letters(900 + Math.floor(place / 4))}`,
        place % 8 < 4 ? 'Toys' : 'Books',
      ],
    );
    const evaluation = await evaluate({
      file: await write('learnt.csv', learnt),
      patternFile: noPatterns,
      laterFile: await write('later.csv', [
        [`SHOP ${letters(900)} #7`, 'Toys'],
        [`SHOP ${letters(901)} #7`, 'Toys'],
        ['NEVER SEEN', 'A label that no other row has'],
      ]),
    });
    const later = evaluation.later?.chain;
    expect(later?.overall).toMatchObject({ rowCount: 3, answeredCount: 2, rightCount: 1 });
    expect(formatEvaluation(evaluation)).toContain('later.csv: 3 later rows.');
  });

  it('shows no control characters of the file', async () => {
    const rows: Row[] = [
      ['1234\u001b[22m', 'Fu\u001bel'],
      ['5678', 'Pets'],
    ];
    const text = formatEvaluation(
      await evaluate({ file: await write('control.csv', rows), patternFile: noPatterns }),
    );
    expect(text).toContain('texts: 1234[22m');
    expect(text).not.toContain('\u001b');
  });
});
