interface TypedArray {
  readonly BYTES_PER_ELEMENT: number;
  readonly buffer: ArrayBufferLike;
}

/** Reads what ByteWriter wrote. Throws RangeError at the end of the bytes, before it reserves memory for a value. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.#bytes.readUInt8(this.#at++);
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      if (factor > 2 ** 46) throw new RangeError('A number has too many bytes.');
    }
  }

  /** Reads the number of values that follow, of which each takes at least one byte. */
  count(): number {
    const count = this.number();
    this.#check(count);
    return count;
  }

  text(): string {
    return this.#take(this.number()).toString('utf8');
  }

  array<Made extends TypedArray>(type: {
    new (buffer: ArrayBuffer): Made;
    readonly BYTES_PER_ELEMENT: number;
  }): Made {
    // A copy, because elements of several bytes must be aligned, and so that the other bytes are not kept.
    const copy = new Uint8Array(this.#take(this.number() * type.BYTES_PER_ELEMENT));
    return new type(copy.buffer);
  }

  #take(size: number): Buffer {
    this.#check(size);
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }

  #check(size: number): void {
    if (size > this.#bytes.length - this.#at)
      throw new RangeError(`${size} bytes are announced, but fewer follow.`);
  }
}
