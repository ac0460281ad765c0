/**
 * A value that is made again for each version of its source, one at a time. Callers that ask for the version that
 * is being made wait for it; callers that ask for a later one make that one afterwards.
 */
export class VersionedValue<Made extends { version: number }> {
  readonly #make: (version: number) => Promise<Made>;
  #current: Made | null = null;
  #making: Promise<Made> | null = null;

  /** @param make returns the version that it is asked for, or a later one */
  constructor(make: (version: number) => Promise<Made>) {
    this.#make = make;
  }

  async get(version: number): Promise<Made> {
    for (;;) {
      if (this.#current?.version === version) return this.#current;
      if (this.#making === null) return this.#renew(version);
      const made = await this.#making.catch(() => null);
      // A value that was begun before the change is outdated.
      if (made !== null && made.version >= version) return made;
    }
  }

  #renew(version: number): Promise<Made> {
    this.#making = this.#make(version)
      .then((made) => {
        this.#current = made;
        return made;
      })
      .finally(() => {
        this.#making = null;
      });
    return this.#making;
  }
}
