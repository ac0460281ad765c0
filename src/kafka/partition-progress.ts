/**
 * How far a partition is done. Records are finished in any order, and only the offset below the lowest unfinished one
 * may be committed: after a crash everything from there on is read again.
 */
export class PartitionProgress {
  /** Offsets that were taken and are not finished, in the order of the partition. */
  readonly #open: { offset: bigint; isFinished: boolean }[] = [];
  readonly #byOffset = new Map<bigint, { offset: bigint; isFinished: boolean }>();
  /** Where reading goes on. */
  #position: bigint;

  constructor(position: bigint) {
    this.#position = position;
  }

  get position(): bigint {
    return this.#position;
  }

  /** Records that were read since the lowest unfinished one. */
  get length(): number {
    return this.#open.length;
  }

  /** The first offset that is not done. */
  get committable(): bigint {
    return this.#open[0]?.offset ?? this.#position;
  }

  take(offset: bigint): void {
    const entry = { offset, isFinished: false };
    this.#open.push(entry);
    this.#byOffset.set(offset, entry);
    this.#position = offset + 1n;
  }

  /** Goes on behind what holds no record, such as markers of transactions. */
  skipTo(position: bigint): void {
    if (position > this.#position) this.#position = position;
  }

  finish(offset: bigint): void {
    const entry = this.#byOffset.get(offset);
    if (entry === undefined) return;
    entry.isFinished = true;
    this.#byOffset.delete(offset);
    let count = 0;
    while (this.#open[count]?.isFinished) count++;
    if (count > 0) this.#open.splice(0, count);
  }
}
