import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { LimitedLines, type LineKind, maxKinds, windowSeconds } from './limited-lines.ts';

let lines: Record<string, unknown>[];
let limited: LimitedLines;

beforeEach(() => {
  jest.useFakeTimers();
  lines = [];
  limited = new LimitedLines(
    pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) }),
  );
});
afterEach(() => {
  jest.useRealTimers();
});

const kind = (key: string, maxLines = 2): LineKind => ({
  key,
  level: 'info',
  maxLines,
  common: { apiKeyId: key },
});
const overflow = { ...kind('others'), common: { code: 'x' } };
const write = (key: string) => limited.write(kind(key), overflow, { requestId: 'r' }, 'refused');
const endWindow = () => jest.advanceTimersByTime(windowSeconds * 1_000);

describe('LimitedLines', () => {
  it('writes the first lines of a kind, and sums up the others after a minute', () => {
    for (let count = 0; count < 60_000; count++) write('a');
    write('b');
    expect(lines).toMatchObject([{ msg: 'refused' }, { msg: 'refused' }, { msg: 'refused' }]);
    endWindow();
    expect(lines.slice(3)).toMatchObject([
      { apiKeyId: 'a', count: 59_998, seconds: 60, msg: 'more requests like those before' },
    ]);
  });

  it('sums up nothing where all was written', () => {
    write('a');
    write('a');
    endWindow();
    expect(lines).toHaveLength(2);
  });

  it('begins again with the next minute', () => {
    for (let count = 0; count < 5; count++) write('a');
    endWindow();
    lines = [];
    write('a');
    expect(lines).toMatchObject([{ msg: 'refused' }]);
  });

  it('bounds the kinds, and so the lines of a minute', () => {
    for (let count = 0; count < 20_000; count++) write(`key ${count}`);
    expect(lines).toHaveLength(maxKinds + 2);
    endWindow();
    expect(lines.slice(maxKinds + 2)).toMatchObject([
      { code: 'x', count: 20_000 - maxKinds - 2, seconds: 60 },
    ]);
  });

  it('tells what it left out when the process ends before the minute', () => {
    for (let count = 0; count < 5; count++) write('a');
    limited.sumUp();
    expect(lines.at(-1)).toMatchObject({ apiKeyId: 'a', count: 3 });
  });
});
