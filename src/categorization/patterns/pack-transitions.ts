import type { TransitionMap } from './transition-map.ts';

/**
 * After this many free cells that do not fit, the search for the rows to come starts further on.
 * Enough to find the good places, and a bound on the time of a compilation.
 */
const maxMisfits = 64;

export interface PackedTransitions {
  /** For each state the number to which a class is added to give the cell of the transition. */
  bases: Int32Array;
  /** Cells to allocate. Every base plus every class is below it, so a probe needs no bounds check. */
  cellCount: number;
}

/**
 * Lays the transitions of all states into one array, so that the transition of state `s` by class
 * `c` is in the cell `bases[s] + c` and finding it takes one look (a double array after Aoe, 1989).
 * The rows overlap, but no two transitions share a cell.
 *
 * Cells 0 to `classCount` stay free, and states without transitions have the base 0: their probes
 * land there.
 *
 * The rows with the most transitions, which are also those used the most, come first, and the others
 * fill their gaps. Rows alike keep the order of their states: states made one after the other are
 * walked one after the other, and so find what they need in the same cache line.
 *
 * @param stateCount every state of a transition is below it
 * @param classCount no class is above it
 */
export function packTransitions(
  transitions: TransitionMap,
  stateCount: number,
  classCount: number,
): PackedTransitions {
  const { grouped, starts } = groupBySource(transitions, stateCount);
  const cells = new FreeCells(classCount + 1, grouped);
  const bases = new Int32Array(stateCount);
  let searchFrom = classCount + 1;
  let highestBase = 0;

  for (const state of statesBySize(starts, classCount)) {
    const start = starts[state] as number;
    const end = starts[state + 1] as number;
    if (start === end) break;
    const lowestClass = grouped[start] as number;
    let misfits = 0;
    let cell = cells.firstFrom(end - start === 1 ? 0 : searchFrom);
    while (!cells.fit(start, end, cell - lowestClass)) {
      cell = cells.firstFrom(cell + 1);
      if (++misfits === maxMisfits) {
        searchFrom = cell;
        misfits = 0;
      }
    }
    const base = cell - lowestClass;
    cells.take(start, end, base);
    bases[state] = base;
    if (base > highestBase) highestBase = base;
  }
  return { bases, cellCount: highestBase + classCount + 1 };
}

/** The classes by state, ascending within each; those of state `s` begin at `starts[s]`. */
function groupBySource(transitions: TransitionMap, stateCount: number) {
  const { count } = transitions;
  const sources = transitions.sources.subarray(0, count);
  const classes = transitions.classes.subarray(0, count);
  const order = stableOrder(sources, stableOrder(classes, identity(count)));
  const grouped = new Int32Array(count);
  for (let i = 0; i < count; i++) grouped[i] = classes[order[i] as number] as number;
  const starts = new Int32Array(stateCount + 1);
  for (let i = 0; i < count; i++) {
    const next = (sources[i] as number) + 1;
    starts[next] = (starts[next] as number) + 1;
  }
  for (let i = 0; i < stateCount; i++) {
    starts[i + 1] = (starts[i + 1] as number) + (starts[i] as number);
  }
  return { grouped, starts };
}

/** Those of the most transitions first. */
function statesBySize(starts: Int32Array, classCount: number): Int32Array {
  const missingClasses = new Int32Array(starts.length - 1);
  for (let state = 0; state < missingClasses.length; state++) {
    const size = (starts[state + 1] as number) - (starts[state] as number);
    missingClasses[state] = classCount - size;
  }
  return stableOrder(missingClasses, identity(missingClasses.length));
}

/** The cells not taken yet, without end. */
class FreeCells {
  /** For a free cell itself; for a taken one a cell further on, on the way to the next free one. */
  #next: Int32Array;

  readonly #classes: Int32Array;

  /**
   * @param first the cells below it are never given out
   * @param classes of all rows; a row is named by where it starts and ends
   */
  constructor(first: number, classes: Int32Array) {
    this.#classes = classes;
    this.#next = identity(Math.max(1024, 2 * first)).fill(first, 0, first);
  }

  /** The first free cell at `cell` or after it; shortens the way for later searches. */
  firstFrom(cell: number): number {
    let current = cell;
    for (;;) {
      this.#reach(current);
      const next = this.#next[current] as number;
      if (next === current) return current;
      this.#reach(next);
      const afterNext = this.#next[next] as number;
      this.#next[current] = afterNext;
      current = afterNext;
    }
  }

  fit(start: number, end: number, base: number): boolean {
    this.#reach(base + (this.#classes[end - 1] as number));
    for (let i = start; i < end; i++) {
      const cell = base + (this.#classes[i] as number);
      if (this.#next[cell] !== cell) return false;
    }
    return true;
  }

  take(start: number, end: number, base: number): void {
    for (let i = start; i < end; i++) {
      const cell = base + (this.#classes[i] as number);
      this.#next[cell] = cell + 1;
    }
  }

  #reach(cell: number): void {
    if (cell < this.#next.length) return;
    const longer = identity(2 * cell);
    longer.set(this.#next);
    this.#next = longer;
  }
}

/** The given indexes by ascending key, those of equal keys in the order given (counting sort). */
export function stableOrder(keys: Int32Array, indexes: Int32Array): Int32Array {
  let highest = 0;
  for (let i = 0; i < keys.length; i++) highest = Math.max(highest, keys[i] as number);
  const places = new Int32Array(highest + 2);
  for (let i = 0; i < keys.length; i++) {
    const next = (keys[i] as number) + 1;
    places[next] = (places[next] as number) + 1;
  }
  for (let key = 0; key <= highest; key++) {
    places[key + 1] = (places[key + 1] as number) + (places[key] as number);
  }
  const order = new Int32Array(indexes.length);
  for (let i = 0; i < indexes.length; i++) {
    const index = indexes[i] as number;
    const key = keys[index] as number;
    const place = places[key] as number;
    order[place] = index;
    places[key] = place + 1;
  }
  return order;
}

/** 0, 1, 2, … */
export function identity(length: number): Int32Array {
  const indexes = new Int32Array(length);
  for (let i = 0; i < length; i++) indexes[i] = i;
  return indexes;
}
