import { normalizeText } from '../domain/normalize-text.ts';

/**
 * Gives each category of the files an id, which is what categorizers work with. As in the database, names that differ
 * only in case or white space are one category.
 */
export class CategoryIds {
  readonly #ids = new Map<string, number>();
  readonly #names: string[] = [];

  idOf(name: string): number {
    const key = normalizeText(name);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#names.push(name);
    this.#ids.set(key, id);
    return id;
  }

  /** Returns the name as it was given first. */
  nameOf(id: number): string {
    const name = this.#names[id - 1];
    if (name === undefined) throw new RangeError(`There is no category with the id ${id}`);
    return name;
  }
}
