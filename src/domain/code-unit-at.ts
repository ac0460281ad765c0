const { charCodeAt } = String.prototype;

/**
 * The UTF-16 code unit at the index; NaN outside of the text.
 *
 * For loops over every character of many texts. `text.charCodeAt` looks the method up on the text, and V8
 * keeps texts in nearly a dozen forms (one or two bytes a character, joined, cut out, interned, …): once the
 * code has met more than four of them it looks it up anew at each character. Here nothing is looked up on
 * the text. With `text.length` read once before the loop, for the same reason, a worker categorizes in
 * half the time.
 */
export const codeUnitAt = (text: string, index: number): number => charCodeAt.call(text, index);
