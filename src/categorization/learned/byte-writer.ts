const firstSize = 64 * 1024;

/** Appends values to a buffer that grows. Numbers are whole and not negative, unless a method says otherwise. */
export class ByteWriter {
  #buffer = Buffer.allocUnsafe(firstSize);
  #length = 0;

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Writes seven bits a byte, the lowest first (LEB128), since most numbers are small. */
  number(value: number): void {
    this.#reserve(8);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80))
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80;
    this.#buffer[this.#length++] = rest;
  }

  text(text: string): void {
    const size = Buffer.byteLength(text);
    this.number(size);
    this.#reserve(size);
    this.#length += this.#buffer.write(text, this.#length);
  }

  /** Writes the elements of a typed array as they are in memory: every platform of Node has the low byte first. */
  array(array: ArrayBufferView & { length: number }): void {
    this.number(array.length);
    this.#reserve(array.byteLength);
    this.#buffer.set(
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
      this.#length,
    );
    this.#length += array.byteLength;
  }

  #reserve(size: number): void {
    const needed = this.#length + size;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#buffer.length));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
