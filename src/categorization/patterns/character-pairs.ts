import { codeUnitAt } from '../../domain/code-unit-at.ts';

/** 4 kB stay in the processor's first cache, and are more than the pairs of the letters of a script. */
const slotBits = 12;

/**
 * Which two characters stand beside each other in some pattern, as far as a small table can tell: pairs
 * may share a slot, so that its yes is only a maybe.
 *
 * Most bank texts end in a number or a reference, which no pattern has. Seen from their end they are
 * found to be part of none within a few characters, without a walk through the automaton, whose
 * every step may miss the caches once there are many patterns.
 */
export class CharacterPairs {
  readonly #occurs: Uint8Array<ArrayBuffer>;

  /** @param occurs as `occurringPairs` makes it */
  constructor(occurs: Uint8Array<ArrayBuffer>) {
    this.#occurs = occurs;
  }

  /** False where the text is certainly part of no pattern. */
  mayBeIn(text: string): boolean {
    const occurs = this.#occurs;
    let next = codeUnitAt(text, text.length - 1);
    for (let i = text.length - 2; i >= 0; i--) {
      const code = codeUnitAt(text, i);
      if (occurs[slotOf(code, next)] === 0) return false;
      next = code;
    }
    return true;
  }
}

/** Has a 1 for each pair that occurs in a pattern. */
export function occurringPairs(patterns: readonly string[]): Uint8Array<ArrayBuffer> {
  const occurs = new Uint8Array(1 << slotBits);
  for (const pattern of patterns)
    for (let i = 1; i < pattern.length; i++)
      occurs[slotOf(codeUnitAt(pattern, i - 1), codeUnitAt(pattern, i))] = 1;
  return occurs;
}

const slotOf = (first: number, second: number): number =>
  Math.imul(Math.imul(first, 0x9e3779b1) ^ second, 0x85ebca77) >>> (32 - slotBits);
