/** Names of merchants are shorter. What is longer may be anything. */
const maxCharacters = 100;
/** Five digits with nothing but signs between them: a number of an account, a card, an order or a phone. */
const longNumber = /\p{N}(?:[^\p{L}\p{N}]*\p{N}){4}/u;

/** Whether a normalised merchant may be sent to a language model. Of texts, no other leaves the installation. */
export const mayLeave = (merchant: string): boolean =>
  merchant.length <= maxCharacters && !longNumber.test(merchant);
