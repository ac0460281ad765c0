const codeUnits = 0x10000;

/**
 * Numbers the UTF-16 code units that occur in patterns from 1 up, the most frequent first. Class 0
 * is every other code unit: no pattern can be met through it.
 *
 * Few, small numbers keep the rows of the automata short, and numbering by frequency puts the
 * entries that are used most beside each other.
 *
 * Code units do for characters: in well-formed text no half of a surrogate pair is mistaken for a
 * character, so containment is the same either way.
 */
export class CharacterClasses {
  /** How many classes there are beside class 0. */
  readonly count: number;
  /** The class of each code unit. */
  readonly byCodeUnit: Uint16Array<ArrayBuffer>;

  constructor(texts: readonly string[]) {
    const frequency = new Uint32Array(codeUnits);
    for (const text of texts) {
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        frequency[code] = (frequency[code] as number) + 1;
      }
    }
    const occurring: number[] = [];
    for (let code = 0; code < codeUnits; code++) {
      if ((frequency[code] as number) > 0) occurring.push(code);
    }
    occurring.sort((a, b) => (frequency[b] as number) - (frequency[a] as number));
    // All 65,536 code units cannot occur: well-formed, normalised text holds no upper-case letter.
    this.byCodeUnit = new Uint16Array(codeUnits);
    occurring.forEach((code, index) => {
      this.byCodeUnit[code] = index + 1;
    });
    this.count = occurring.length;
  }
}
