import type { Logger } from 'pino';

type Level = 'info' | 'warn' | 'error';

/** Lines that stand for each other: an operator who has read the first few learns nothing from the next. */
export interface LineKind {
  /** Tells kinds apart. */
  key: string;
  level: Level;
  /** Lines of a minute that are written in full. */
  maxLines: number;
  /** What the lines have in common, as fields of the line that sums up the others. */
  common: Record<string, unknown>;
}

interface Count extends LineKind {
  count: number;
}

export const windowSeconds = 60;
/** Kinds that are told apart within a minute. Bounds the memory, and the number of lines. */
export const maxKinds = 500;

/**
 * Writes the first lines of each kind in full, counts the others, and sums them up in one line a minute. A client may
 * send a thousand bad requests a second: nobody could read as many lines, and storing them costs more than answering.
 */
export class LimitedLines {
  readonly #logger: Logger;
  #counts = new Map<string, Count>();
  #timer: NodeJS.Timeout | null = null;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** `overflow` is the kind that takes the line while too many kinds are counted already. */
  write(kind: LineKind, overflow: LineKind, line: Record<string, unknown>, message: string): void {
    // A window begins with its first line, and its timer keeps no process alive.
    this.#timer ??= setTimeout(() => this.sumUp(), windowSeconds * 1_000).unref();
    const entry = this.#entryOf(kind, overflow);
    entry.count++;
    if (entry.count <= entry.maxLines) this.#logger[kind.level](line, message);
  }

  /** Ends the window, and tells what it left out. */
  sumUp(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const counts = this.#counts;
    this.#counts = new Map();
    for (const { level, maxLines, common, count } of counts.values()) {
      if (count <= maxLines) continue;
      this.#logger[level](
        { ...common, count: count - maxLines, seconds: windowSeconds },
        'more requests like those before',
      );
    }
  }

  #entryOf(kind: LineKind, overflow: LineKind): Count {
    const known = this.#counts.get(kind.key);
    if (known !== undefined) return known;
    const counted = this.#counts.size < maxKinds ? kind : overflow;
    const entry = this.#counts.get(counted.key) ?? { ...counted, count: 0 };
    this.#counts.set(counted.key, entry);
    return entry;
  }
}
