/**
 * How far a partition is done. Records are finished in any order, and only the offset below the lowest unfinished one
 * may be committed: after a crash everything from there on is read again.
 */
export class PartitionProgress {
  /** Offsets that were taken and are not finished, in the order of the partition. A finished one takes no memory. */
  readonly #open = new Set<bigint>();
  /** Where reading goes on. */
  #position: bigint;

  constructor(position: bigint) {
    this.#position = position;
  }

  get position(): bigint {
    return this.#position;
  }

  /** Records that are not done. */
  get openCount(): number {
    return this.#open.size;
  }

  /** Offsets that would be read again after a crash. */
  get ahead(): bigint {
    return this.#position - this.committable;
  }

  /** The first offset that is not done. */
  get committable(): bigint {
    const [lowest] = this.#open;
    return lowest ?? this.#position;
  }

  take(offset: bigint): void {
    this.#open.add(offset);
    this.#position = offset + 1n;
  }

  /** Goes on behind what holds no record, such as markers of transactions. */
  skipTo(position: bigint): void {
    if (position > this.#position) this.#position = position;
  }

  finish(offset: bigint): void {
    this.#open.delete(offset);
  }
}
