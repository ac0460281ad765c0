/** Bytes that are kept of a body, from one place in it to another, which may lie in different chunks. */
export class Excerpt {
  #pieces: Buffer[] = [];
  #bytesBefore = 0;
  /** Where in the chunk it begins, or goes on; null while nothing is kept. */
  #from: number | null = null;

  get isOpen(): boolean {
    return this.#from !== null;
  }

  begin(at: number): void {
    this.#from = at;
  }

  /** Bytes from its beginning to a place in the chunk. */
  lengthAt(at: number): number {
    return this.#from === null ? 0 : this.#bytesBefore + at - this.#from;
  }

  /** Takes what it has of the chunk, after which comes another one. */
  endChunk(chunk: Buffer): void {
    if (this.#from === null) return;
    const piece = chunk.subarray(this.#from);
    this.#pieces.push(piece);
    this.#bytesBefore += piece.length;
    this.#from = 0;
  }

  /** Its bytes, in pieces, up to a place in the chunk. Nothing is kept from then on. */
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
