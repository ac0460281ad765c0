import type { MatchedField } from '../../domain/category-match.ts';
import type { CategoryPattern } from '../../domain/pattern-set.ts';
import type { CategorizerOpinion } from '../categorizer-opinion.ts';
import { isStrongKind, type MatchKind, matchKind } from './match-kind.ts';
import type { MatchDirection, PatternMatch } from './pattern-match.ts';
import { priorPrecision } from './prior-precision.ts';

/** A match that knows its kind, and what that says. */
export class TextMatch implements PatternMatch {
  readonly pattern: CategoryPattern;
  readonly field: MatchedField;
  readonly direction: MatchDirection;
  readonly #text: string;
  #kind: MatchKind | null = null;
  #opinion: CategorizerOpinion | null = null;

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

  /** What the match says as long as there are no labels. */
  get opinion(): CategorizerOpinion {
    this.#opinion ??= {
      categoryId: this.pattern.categoryId,
      confidence: priorPrecision(this.kind),
      standsAlone: !isStrongKind(this.kind),
      patternId: this.pattern.id,
      field: this.field,
    };
    return this.#opinion;
  }
}
