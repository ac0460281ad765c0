import { codeUnitAt } from '../../domain/code-unit-at.ts';
import type { CharacterClasses } from './character-classes.ts';
import { noRank } from './no-rank.ts';
import { identity, packTransitions, stableOrder } from './pack-transitions.ts';
import { TransitionMap } from './transition-map.ts';

// A state is the offset of its cell in the one array. The four numbers of a cell fill a quarter of
// a cache line, so that a step of the walk costs one access to memory. The start state is cell 0.
const startState = 0;
const cellBits = 2;
/** The state whose transition leads here; `nowhere` for the start and for cells not in use. */
const parentOffset = 0;
/** Offset to which the offset of a class is added to give the target of a transition. */
const baseOffset = 1;
/**
 * Where a walk goes on that fails: the state of the longest shorter suffix that has transitions, or
 * `nowhere` when that is of one character or none.
 */
const fallbackOffset = 2;
/** The best rank of all patterns that end here, whether they are the whole way here or a suffix. */
const bestOffset = 3;

/** No state. */
const nowhere = -1;

/**
 * The classes below this one, hence the most frequent characters, have a table of pairs; others are
 * looked up step by step. 64 × 64 states take 16 kB, half of a usual first-level cache, and cover
 * the letters, digits and signs of one script.
 */
const pairClassBits = 6;
const maxPairClasses = 1 << pairClassBits;

/** What is known of the patterns once they are compiled: nothing but numbers, which threads can hand over. */
export interface PatternInTextTables {
  classOf: Uint16Array<ArrayBuffer>;
  cells: Int32Array<ArrayBuffer>;
  /** For each class the state of that one character, or startState. */
  singles: Int32Array<ArrayBuffer>;
  /** For each two classes the state of the longest suffix of those two characters. */
  pairs: Int32Array<ArrayBuffer>;
}

/**
 * Finds the best of all patterns contained in a text, in one walk over the text whatever the number
 * of patterns (Aho and Corasick, 1975).
 */
export class PatternInTextAutomaton {
  readonly #classOf: Uint16Array;
  readonly #cells: Int32Array;
  readonly #singles: Int32Array;
  readonly #pairs: Int32Array;

  constructor({ classOf, cells, singles, pairs }: PatternInTextTables) {
    this.#classOf = classOf;
    this.#cells = cells;
    this.#singles = singles;
    this.#pairs = pairs;
  }

  /** The lowest rank of the patterns contained in the text, or noRank. */
  bestIn(text: string): number {
    const classOf = this.#classOf;
    const cells = this.#cells;
    const pairs = this.#pairs;
    let best = noRank;
    let state = startState;
    let previousClass = 0;
    for (let i = 0, { length } = text; i < length; i++) {
      const characterClass = classOf[codeUnitAt(text, i)] as number;
      let target = (cells[state + baseOffset] as number) + (characterClass << cellBits);
      while (cells[target + parentOffset] !== state) {
        state = cells[state + fallbackOffset] as number;
        if (state < 0) {
          target =
            (previousClass | characterClass) < maxPairClasses
              ? (pairs[(previousClass << pairClassBits) | characterClass] as number)
              : afterTwo(cells, this.#singles, previousClass, characterClass);
          break;
        }
        target = (cells[state + baseOffset] as number) + (characterClass << cellBits);
      }
      state = target;
      previousClass = characterClass;
      const rank = cells[state + bestOffset] as number;
      if (rank < best) best = rank;
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
export function buildPatternInText(
  patterns: readonly string[],
  classes: CharacterClasses,
  ranks: readonly number[],
): PatternInTextTables {
  const cells = buildCells(patterns, classes, ranks);
  const singles = new Int32Array(classes.count + 1);
  for (let single = 1; single <= classes.count; single++) {
    singles[single] = Math.max(startState, step(cells, startState, single));
  }
  const pairs = new Int32Array(maxPairClasses * maxPairClasses);
  const pairClasses = Math.min(maxPairClasses, classes.count + 1);
  for (let first = 0; first < pairClasses; first++) {
    for (let second = 0; second < pairClasses; second++) {
      pairs[(first << pairClassBits) | second] = afterTwo(cells, singles, first, second);
    }
  }
  return { classOf: classes.byCodeUnit, cells, singles, pairs };
}

function afterTwo(cells: Int32Array, singles: Int32Array, first: number, second: number): number {
  const both = step(cells, singles[first] as number, second);
  return both === nowhere ? (singles[second] as number) : both;
}

/** The target of the transition by the class, or `nowhere`. */
function step(cells: Int32Array, state: number, characterClass: number): number {
  const target = (cells[state + baseOffset] as number) + (characterClass << cellBits);
  return cells[target + parentOffset] === state ? target : nowhere;
}

function buildCells(
  patterns: readonly string[],
  classes: CharacterClasses,
  patternRanks: readonly number[],
): Int32Array<ArrayBuffer> {
  const { transitions, levels, ranks } = buildTrie(patterns, classes.byCodeUnit, patternRanks);
  const { bases, cellCount } = packTransitions(transitions, levels.length, classes.count);
  const fallbacks = findFallbacks(transitions, levels, bases, ranks);
  const cells = new Int32Array(cellCount << cellBits);
  for (let cell = 0; cell < cells.length; cell += 1 << cellBits) {
    cells[cell + parentOffset] = nowhere;
    cells[cell + bestOffset] = noRank;
  }
  cells[startState + baseOffset] = (bases[0] as number) << cellBits;
  cells[startState + fallbackOffset] = nowhere;
  const states = new Int32Array(levels.length);
  for (let node = 1; node < levels.length; node++) {
    const source = sourceOf(transitions, node);
    states[node] = ((bases[source] as number) + classOf(transitions, node)) << cellBits;
  }
  for (let node = 1; node < levels.length; node++) {
    const state = states[node] as number;
    const fallback = fallbacks[node] as number;
    cells[state + parentOffset] = states[sourceOf(transitions, node)] as number;
    cells[state + baseOffset] = (bases[node] as number) << cellBits;
    cells[state + fallbackOffset] =
      (levels[fallback] as number) > 1 ? (states[fallback] as number) : nowhere;
    cells[state + bestOffset] = ranks[node] as number;
  }
  return cells;
}

/**
 * For each node that of its longest shorter suffix that has transitions. Gives each node the best
 * of the ranks of its suffixes on the way.
 */
function findFallbacks(
  transitions: TransitionMap,
  levels: Int32Array,
  bases: Int32Array,
  ranks: Int32Array,
): Int32Array {
  const fallbacks = new Int32Array(levels.length);
  // Level by level, because suffixes are shorter and must be complete before.
  const byLevel = stableOrder(levels, identity(levels.length));
  for (let i = 1; i < byLevel.length; i++) {
    const node = byLevel[i] as number;
    const suffix = findSuffix(transitions, fallbacks, node);
    ranks[node] = Math.min(ranks[node] as number, ranks[suffix] as number);
    // Where nothing leads on, a failing walk need not stop by; packing gave such nodes the base 0.
    fallbacks[node] = bases[suffix] === 0 ? (fallbacks[suffix] as number) : suffix;
  }
  return fallbacks;
}

function findSuffix(transitions: TransitionMap, fallbacks: Int32Array, node: number): number {
  const characterClass = classOf(transitions, node);
  let suffix = sourceOf(transitions, node);
  while (suffix !== 0) {
    suffix = fallbacks[suffix] as number;
    const transition = transitions.find(suffix, characterClass);
    if (transition !== -1) return transitions.targets[transition] as number;
  }
  return 0;
}

// The trie's node n is made together with transition n - 1, the only one that leads to it.
function sourceOf(transitions: TransitionMap, node: number): number {
  return transitions.sources[node - 1] as number;
}

function classOf(transitions: TransitionMap, node: number): number {
  return transitions.classes[node - 1] as number;
}

function buildTrie(
  patterns: readonly string[],
  classOf: Uint16Array,
  patternRanks: readonly number[],
) {
  const maxNodes = patterns.reduce((sum, pattern) => sum + pattern.length, 1);
  const transitions = new TransitionMap(maxNodes);
  const levels = new Int32Array(maxNodes);
  const ranks = new Int32Array(maxNodes).fill(noRank);
  let nodes = 1;
  patterns.forEach((pattern, index) => {
    let node = 0;
    for (let i = 0; i < pattern.length; i++) {
      const characterClass = classOf[codeUnitAt(pattern, i)] as number;
      const transition = transitions.find(node, characterClass);
      if (transition === -1) {
        transitions.add(node, characterClass, nodes);
        levels[nodes] = i + 1;
        node = nodes++;
      } else {
        node = transitions.targets[transition] as number;
      }
    }
    ranks[node] = patternRanks[index] as number;
  });
  return { transitions, levels: levels.subarray(0, nodes), ranks };
}
