/** The API's amounts have no more decimals, so none of them is ever rounded. */
const maxDecimals = 4;

const formats = new Map<string, Intl.NumberFormat>();

/**
 * Shows an exact decimal string with thousands separators and at least the decimals that its currency
 * has. The amount stays a string, which Intl reads exactly: a number would lose digits.
 */
export function formatAmount(amount: string, currency: string): string {
  let format = formats.get(currency);
  if (format === undefined) {
    const { maximumFractionDigits: decimals } = new Intl.NumberFormat(undefined, {
      style: 'currency',
      currency,
    }).resolvedOptions();
    format = new Intl.NumberFormat(undefined, {
      minimumFractionDigits: decimals ?? 2,
      maximumFractionDigits: maxDecimals,
    });
    formats.set(currency, format);
  }
  return format.format(amount as Intl.StringNumericLiteral);
}
