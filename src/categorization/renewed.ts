/**
 * Something that is made anew for each version of what it is made of, and by one at a time, however many ask:
 * those who ask for the version that is being made wait for it, and those who ask for a later one make it then.
 */
export class Renewed<Made extends { version: number }> {
  readonly #make: (version: number) => Promise<Made>;
  #current: Made | null = null;
  #making: Promise<Made> | null = null;

  /** @param make gives the version that it is asked for, or a later one */
  constructor(make: (version: number) => Promise<Made>) {
    this.#make = make;
  }

  async get(version: number): Promise<Made> {
    for (;;) {
      if (this.#current?.version === version) return this.#current;
      if (this.#making === null) return this.#renew(version);
      const made = await this.#making.catch(() => null);
      // One that was begun before the change does not do.
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
