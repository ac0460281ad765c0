import type { CategorizerOpinion } from '../categorizer-opinion.ts';
import { isStrongKind, type MatchKind, matchKind } from './match-kind.ts';
import type { PatternMatch } from './pattern-matcher.ts';
import { priorPrecision } from './pattern-precision.ts';
import { RecentTexts } from './recent-texts.ts';

export interface RecentMatch {
  kind: MatchKind;
  /** What the match says as long as there are no labels. */
  opinion: CategorizerOpinion;
}

/** The matches of recent texts, all of one matcher: what wins for a text in a field is then always the same. */
export class RecentMatches {
  readonly #texts = { merchant_name: new RecentTexts(), description: new RecentTexts() };
  readonly #matches: Record<PatternMatch['field'], RecentMatch[]> = {
    merchant_name: new Array(RecentTexts.places),
    description: new Array(RecentTexts.places),
  };

  /** @param text the matched field, as the client sent it */
  of(match: PatternMatch, text: string): RecentMatch {
    const texts = this.#texts[match.field];
    const matches = this.#matches[match.field];
    const place = texts.placeOf(text);
    if (!texts.take(place, text)) matches[place] = describe(match, text);
    return matches[place] as RecentMatch;
  }
}

function describe(match: PatternMatch, text: string): RecentMatch {
  const { id: patternId, categoryId } = match.pattern;
  const kind = matchKind(match, text);
  return {
    kind,
    opinion: {
      categoryId,
      confidence: priorPrecision(kind),
      standsAlone: !isStrongKind(kind),
      patternId,
      field: match.field,
    },
  };
}
