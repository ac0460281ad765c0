import type { MatchedField } from '../../domain/category-match.ts';
import { normalizeText } from '../../domain/normalize-text.ts';
import { findPart } from '../find-part.ts';
import type { MatchDirection, PatternMatch } from './pattern-match.ts';

/** `words` if pattern and text meet at the boundaries of words: "hotel" in "hotel 5", but not in "hotelsone". */
export type MatchBoundary = 'words' | 'inside';

/** What separates precise matches from imprecise ones, whichever the pattern is. */
export type MatchKind = `${MatchedField}/${MatchDirection}/${MatchBoundary}`;

/** Whether matches of this kind are usually right. The others are so seldom right that people should confirm them. */
export const isStrongKind = (kind: MatchKind): boolean =>
  kind === 'merchant_name/pattern_in_text/words';

const boundaries = <Prefix extends `${MatchedField}/${MatchDirection}`>(prefix: Prefix) =>
  ({ words: `${prefix}/words`, inside: `${prefix}/inside` }) as const;

/** Made once, since to look something up by a text that is made anew takes much longer. */
const kinds: Record<MatchedField, Record<MatchDirection, Record<MatchBoundary, MatchKind>>> = {
  merchant_name: {
    pattern_in_text: boundaries('merchant_name/pattern_in_text'),
    text_in_pattern: boundaries('merchant_name/text_in_pattern'),
  },
  description: {
    pattern_in_text: boundaries('description/pattern_in_text'),
    text_in_pattern: boundaries('description/text_in_pattern'),
  },
};

/** @param text the matched field, as the client sent it */
export function matchKind({ pattern, field, direction }: PatternMatch, text: string): MatchKind {
  return kinds[field][direction][boundaryOf(pattern.pattern, direction, text)];
}

function boundaryOf(pattern: string, direction: MatchDirection, text: string): MatchBoundary {
  const [normalizedPattern, normalizedText] = [normalizeText(pattern), normalizeText(text)];
  const position =
    direction === 'pattern_in_text'
      ? findPart(normalizedPattern, normalizedText, 'word')
      : findPart(normalizedText, normalizedPattern, 'word');
  return position === -1 ? 'inside' : 'words';
}
