import { normalizeText } from '../domain/normalize-text.ts';

/** The categories that exist, and what became of merged ones. */
export class KnownCategories {
  readonly #ids: ReadonlySet<number>;
  readonly #idsByName: ReadonlyMap<string, number>;
  readonly #mergedInto: ReadonlyMap<number, number>;

  constructor(
    categories: readonly { id: number; normalizedName: string }[],
    merges: readonly { fromId: number; intoId: number }[],
  ) {
    this.#ids = new Set(categories.map(({ id }) => id));
    this.#idsByName = new Map(categories.map(({ id, normalizedName }) => [normalizedName, id]));
    this.#mergedInto = new Map(merges.map(({ fromId, intoId }) => [fromId, intoId]));
  }

  /** Returns the category itself, or the one that it was merged into; null if it was deleted. */
  currentId(id: number): number | null {
    const current = this.#mergedInto.get(id) ?? id;
    return this.#ids.has(current) ? current : null;
  }

  /** Returns null if there is no category of this name. Case and spaces at the edges do not matter. */
  idOf(name: string): number | null {
    return this.#idsByName.get(normalizeText(name)) ?? null;
  }
}
