import { codeUnitAt } from '../../domain/code-unit-at.ts';
import type { CharacterClasses } from './character-classes.ts';
import { CharacterPairs, occurringPairs } from './character-pairs.ts';
import { noRank } from './no-rank.ts';
import { packTransitions } from './pack-transitions.ts';
import { TransitionMap } from './transition-map.ts';

// A cell is one transition, with all of its target that the next step needs, so that a step costs
// one access to memory.
const cellBits = 2;
/** The state it leaves, or -1 for a cell not in use. */
const sourceOffset = 0;
/** The state it leads to. */
const targetOffset = 1;
/** Offset to which the offset of a class is added to give the cell of a transition of the target. */
const targetBaseOffset = 2;
/** The best rank of all patterns that contain what leads to the target. */
const targetBestOffset = 3;

/** What is known of the patterns once they are compiled: nothing but numbers, which threads can hand over. */
export interface TextInPatternTables {
  classOf: Uint16Array<ArrayBuffer>;
  cells: Int32Array<ArrayBuffer>;
  /** Offset to which the offset of a class is added to give the cell of a transition of the start state. */
  startBase: number;
  /** Of the longest pattern, in code units. */
  maxLength: number;
  pairs: Uint8Array<ArrayBuffer>;
}

/**
 * Finds the best of all patterns that contain a text, in one walk over the text that ends at the
 * first character that no pattern continues with (the suffix automaton of Blumer et al., 1985, of
 * several words).
 */
export class TextInPatternAutomaton {
  readonly #classOf: Uint16Array;
  readonly #cells: Int32Array;
  readonly #startBase: number;
  readonly #maxLength: number;
  readonly #pairs: CharacterPairs;

  constructor({ classOf, cells, startBase, maxLength, pairs }: TextInPatternTables) {
    this.#classOf = classOf;
    this.#cells = cells;
    this.#startBase = startBase;
    this.#maxLength = maxLength;
    this.#pairs = new CharacterPairs(pairs);
  }

  /** The lowest rank of the patterns that contain the text, or noRank; noRank for an empty text. */
  bestContaining(text: string): number {
    if (text.length > this.#maxLength || !this.#pairs.mayBeIn(text)) return noRank;
    const classOf = this.#classOf;
    const cells = this.#cells;
    let best = noRank;
    let state = 0;
    let base = this.#startBase;
    for (let i = 0, { length } = text; i < length; i++) {
      // Class 0 gives the base itself, which is no cell of this state: its classes start at 1.
      const cell = base + ((classOf[codeUnitAt(text, i)] as number) << cellBits);
      if (cells[cell + sourceOffset] !== state) return noRank;
      state = cells[cell + targetOffset] as number;
      base = cells[cell + targetBaseOffset] as number;
      best = cells[cell + targetBestOffset] as number;
    }
    return best;
  }
}

/**
 * Compiles patterns.
 *
 * @param patterns distinct, not empty, the best first
 * @param classes of these patterns
 * @param ranks of the patterns, ascending
 */
export function buildTextInPattern(
  patterns: readonly string[],
  classes: CharacterClasses,
  ranks: readonly number[],
): TextInPatternTables {
  const built = new SuffixAutomatonBuilder(patterns, classes.byCodeUnit);
  const { bases, cellCount } = packTransitions(built.transitions, built.stateCount, classes.count);
  const cells = new Int32Array(cellCount << cellBits);
  for (let cell = 0; cell < cells.length; cell += 1 << cellBits) cells[cell] = -1;
  const bestRanks = built.bestRanks(ranks);
  const { sources, classes: transitionClasses, targets, count } = built.transitions;
  for (let transition = 0; transition < count; transition++) {
    const source = sources[transition] as number;
    const target = targets[transition] as number;
    const characterClass = transitionClasses[transition] as number;
    const cell = ((bases[source] as number) + characterClass) << cellBits;
    cells[cell + sourceOffset] = source;
    cells[cell + targetOffset] = target;
    cells[cell + targetBaseOffset] = (bases[target] as number) << cellBits;
    cells[cell + targetBestOffset] = bestRanks[target] as number;
  }
  return {
    classOf: classes.byCodeUnit,
    cells,
    startBase: (bases[0] as number) << cellBits,
    maxLength: patterns.reduce((longest, pattern) => Math.max(longest, pattern.length), 0),
    pairs: occurringPairs(patterns),
  };
}

/**
 * The smallest automaton in which every part of every pattern can be walked from state 0. The parts
 * that lead to one state occur at exactly the same places, hence in the same patterns.
 */
class SuffixAutomatonBuilder {
  readonly transitions: TransitionMap;
  stateCount = 1;
  readonly #patterns: readonly string[];
  readonly #classOf: Uint16Array;
  /** For each state the length of the longest part that leads to it. */
  readonly #lengths: Int32Array;
  /** For each state that of the longest suffix of its parts that occurs at more places; -1 for 0. */
  readonly #links: Int32Array;

  constructor(patterns: readonly string[], classOf: Uint16Array) {
    // Each character adds at most a state and a copy of one.
    const maxStates = 1 + 2 * patterns.reduce((sum, pattern) => sum + pattern.length, 0);
    this.#patterns = patterns;
    this.#classOf = classOf;
    this.transitions = new TransitionMap(maxStates);
    this.#lengths = new Int32Array(maxStates);
    this.#links = new Int32Array(maxStates);
    this.#links[0] = -1;
    for (const pattern of patterns) {
      let state = 0;
      for (let i = 0; i < pattern.length; i++) {
        state = this.#extend(state, classOf[codeUnitAt(pattern, i)] as number);
      }
    }
  }

  /** For each state the best rank of the patterns that contain its parts. */
  bestRanks(ranks: readonly number[]): Int32Array {
    const { targets } = this.transitions;
    const best = new Int32Array(this.stateCount).fill(noRank);
    this.#patterns.forEach((pattern, index) => {
      const rank = ranks[index] as number;
      let state = 0;
      for (let i = 0; i < pattern.length; i++) {
        const characterClass = this.#classOf[codeUnitAt(pattern, i)] as number;
        state = targets[this.transitions.find(state, characterClass)] as number;
        // Patterns come best first: a state that has a rank has the best, and so have its suffixes.
        for (
          let suffix = state;
          suffix > 0 && best[suffix] === noRank;
          suffix = this.#links[suffix] as number
        ) {
          best[suffix] = rank;
        }
      }
    });
    return best;
  }

  /** The state of the part that led to `last`, the pattern so far, continued by the class. */
  #extend(last: number, characterClass: number): number {
    const known = this.transitions.find(last, characterClass);
    if (known !== -1) return this.#directTarget(last, known);

    const created = this.stateCount++;
    this.#lengths[created] = (this.#lengths[last] as number) + 1;
    let state = last;
    let transition = -1;
    while (state !== -1) {
      transition = this.transitions.find(state, characterClass);
      if (transition !== -1) break;
      this.transitions.add(state, characterClass, created);
      state = this.#links[state] as number;
    }
    this.#links[created] = state === -1 ? 0 : this.#directTarget(state, transition);
    return created;
  }

  /**
   * The target of the transition, if the longest way there goes through `source`. If not, the
   * target also holds longer parts, which from now on occur at fewer places: it is split.
   */
  #directTarget(source: number, transition: number): number {
    const { targets, classes } = this.transitions;
    const target = targets[transition] as number;
    const length = (this.#lengths[source] as number) + 1;
    if (this.#lengths[target] === length) return target;

    const copy = this.stateCount++;
    const characterClass = classes[transition] as number;
    this.#lengths[copy] = length;
    this.#links[copy] = this.#links[target] as number;
    this.#links[target] = copy;
    this.transitions.copyAll(target, copy);
    this.#redirect(source, characterClass, target, copy);
    return copy;
  }

  #redirect(from: number, characterClass: number, target: number, copy: number): void {
    for (let state = from; state !== -1; state = this.#links[state] as number) {
      const transition = this.transitions.find(state, characterClass);
      // Not taken before the copy: adding its transitions may have moved the array.
      if (this.transitions.targets[transition] !== target) return;
      this.transitions.targets[transition] = copy;
    }
  }
}
