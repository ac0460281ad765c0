/** The bytes of a body from one index to another, which may lie in different chunks. */
export class Excerpt {
  #pieces: Buffer[] = [];
  #bytesBefore = 0;
  /** The index in the chunk at which it begins or continues; null while nothing is kept. */
  #from: number | null = null;

  get isOpen(): boolean {
    return this.#from !== null;
  }

  begin(at: number): void {
    this.#from = at;
  }

  /** The number of bytes from its beginning to an index of the chunk. */
  lengthAt(at: number): number {
    return this.#from === null ? 0 : this.#bytesBefore + at - this.#from;
  }

  /** Keeps its part of the chunk, before the next chunk is read. */
  endChunk(chunk: Buffer): void {
    if (this.#from === null) return;
    const piece = chunk.subarray(this.#from);
    this.#pieces.push(piece);
    this.#bytesBefore += piece.length;
    this.#from = 0;
  }

  /** Ends the excerpt at an index of the chunk, and returns its bytes in pieces. */
  end(chunk: Buffer, at: number): Buffer[] {
    const pieces = this.#pieces;
    if (this.#from !== null) pieces.push(chunk.subarray(this.#from, at));
    this.drop();
    return pieces;
  }

  drop(): void {
    this.#pieces = [];
    this.#bytesBefore = 0;
    this.#from = null;
  }
}
