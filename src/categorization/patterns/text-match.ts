import type { MatchedField } from '../../domain/category-match.ts';
import type { CategoryPattern } from '../../domain/pattern-set.ts';
import { type MatchKind, matchKind } from './match-kind.ts';
import type { MatchDirection, PatternMatch } from './pattern-match.ts';

/** A match that knows its kind. */
export class TextMatch implements PatternMatch {
  readonly pattern: CategoryPattern;
  readonly field: MatchedField;
  readonly direction: MatchDirection;
  readonly #text: string;
  #kind: MatchKind | null = null;

  /** @param text the matched field, as the client sent it */
  constructor(
    pattern: CategoryPattern,
    field: MatchedField,
    direction: MatchDirection,
    text: string,
  ) {
    this.pattern = pattern;
    this.field = field;
    this.direction = direction;
    this.#text = text;
  }

  /** Found out when it is asked for, since few callers want it. */
  get kind(): MatchKind {
    this.#kind ??= matchKind(this, this.#text);
    return this.#kind;
  }
}
