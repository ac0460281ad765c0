import { type MatchKind, matchKind } from './match-kind.ts';
import type { PatternMatch } from './pattern-matcher.ts';
import { RecentTexts } from './recent-texts.ts';

/** The kinds of match of recent texts, all of one matcher: what wins for a text in a field is then always the same. */
export class RecentMatchKinds {
  readonly #texts = { merchant_name: new RecentTexts(), description: new RecentTexts() };
  readonly #kinds: Record<PatternMatch['field'], MatchKind[]> = {
    merchant_name: new Array(RecentTexts.places),
    description: new Array(RecentTexts.places),
  };

  /** @param text the matched field, as the client sent it */
  of(match: PatternMatch, text: string): MatchKind {
    const texts = this.#texts[match.field];
    const kinds = this.#kinds[match.field];
    const place = texts.placeOf(text);
    if (!texts.take(place, text)) kinds[place] = matchKind(match, text);
    return kinds[place] as MatchKind;
  }
}
