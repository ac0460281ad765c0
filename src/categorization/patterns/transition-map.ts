const emptySlot = -1;

/**
 * The transitions of an automaton under construction: (state, character class) → state, an
 * open-addressing hash table over typed arrays. A Map of composed keys takes ten times the memory
 * and most of the time of a compilation.
 */
export class TransitionMap {
  /** Transitions so far; their parts are in the first `count` entries of the arrays below. */
  count = 0;
  sources: Int32Array;
  classes: Int32Array;
  targets: Int32Array;
  /** The transition before this one that leaves the same state, or -1. */
  #previousOfSource: Int32Array;
  /** The last transition added to each state, or -1. */
  #lastOfSource: Int32Array;
  #slots: Int32Array;
  #hashShift: number;

  /** @param maxStates no state may be this number or above */
  constructor(maxStates: number) {
    const capacity = 1024;
    this.sources = new Int32Array(capacity);
    this.classes = new Int32Array(capacity);
    this.targets = new Int32Array(capacity);
    this.#previousOfSource = new Int32Array(capacity);
    this.#lastOfSource = new Int32Array(maxStates).fill(-1);
    this.#slots = new Int32Array(2 * capacity).fill(emptySlot);
    this.#hashShift = 32 - Math.log2(2 * capacity);
  }

  /** The number of the transition, or -1. */
  find(source: number, characterClass: number): number {
    return this.#slots[this.#slotOf(source, characterClass)] as number;
  }

  /** Adds a transition that is not there yet. */
  add(source: number, characterClass: number, target: number): void {
    if (this.count === this.sources.length) this.#grow();
    const transition = this.count++;
    this.sources[transition] = source;
    this.classes[transition] = characterClass;
    this.targets[transition] = target;
    this.#previousOfSource[transition] = this.#lastOfSource[source] as number;
    this.#lastOfSource[source] = transition;
    this.#slots[this.#slotOf(source, characterClass)] = transition;
  }

  /** Gives `copy`, which has none yet, every transition of `source`. */
  copyAll(source: number, copy: number): void {
    for (
      let transition = this.#lastOfSource[source] as number;
      transition !== -1;
      transition = this.#previousOfSource[transition] as number
    ) {
      this.add(copy, this.classes[transition] as number, this.targets[transition] as number);
    }
  }

  /** The slot that holds the transition, or the empty one where it belongs. */
  #slotOf(source: number, characterClass: number): number {
    const mask = this.#slots.length - 1;
    const key = Math.imul(source, 0x9e3779b1) + Math.imul(characterClass, 0x85ebca77);
    let slot = Math.imul(key ^ (key >>> 15), 0x2c1b3c6d) >>> this.#hashShift;
    for (;;) {
      const transition = this.#slots[slot] as number;
      if (transition === emptySlot) return slot;
      if (this.sources[transition] === source && this.classes[transition] === characterClass) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const capacity = 2 * this.count;
    this.sources = enlarged(this.sources, capacity);
    this.classes = enlarged(this.classes, capacity);
    this.targets = enlarged(this.targets, capacity);
    this.#previousOfSource = enlarged(this.#previousOfSource, capacity);
    // Twice as many slots as transitions keep the probes short.
    this.#slots = new Int32Array(2 * capacity).fill(emptySlot);
    this.#hashShift--;
    for (let transition = 0; transition < this.count; transition++) {
      const source = this.sources[transition] as number;
      this.#slots[this.#slotOf(source, this.classes[transition] as number)] = transition;
    }
  }
}

function enlarged(array: Int32Array, length: number): Int32Array {
  const copy = new Int32Array(length);
  copy.set(array);
  return copy;
}
