/** What spreadsheets take for the beginning of a formula (https://owasp.org/www-community/attacks/CSV_Injection). */
const formulaStart = /^[=+\-@\t\r]/;

/** The text as a cell that no spreadsheet computes. Numbers of ours need none, and would become text by it. */
export const formulaSafe = (text: string): string => (formulaStart.test(text) ? `'${text}` : text);
