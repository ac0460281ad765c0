import type { CategorizableTransaction } from './categorizable-transaction.ts';
import { normalizeMerchant } from './normalize-merchant.ts';

/** The rest of longer texts would only take memory. */
const maxCharacters = 200;

/**
 * Returns what a transaction has in common with others that a categorizer gets right or wrong together: its normalised
 * merchant. Without one, its description takes the merchant's place, with numbers removed in the same way; if that
 * leaves nothing either, its texts do as they are. The key of a merchant never has a colon, and the others do.
 */
export function merchantKey({ merchantName, description }: CategorizableTransaction): string {
  const merchant = normalizeMerchant(merchantName);
  if (merchant !== null) return merchant;
  const described = normalizeMerchant(description);
  if (described !== null) return `description: ${described}`;
  return `texts: ${[merchantName, description].filter(Boolean).join(', ').slice(0, maxCharacters)}`;
}
