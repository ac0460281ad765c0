import currencies from '../../contract/currencies.json' with { type: 'json' };

/**
 * ISO 4217. The current list has currencies, funds and metals. The historic one has withdrawn codes, which old
 * statements carry and exports still bring.
 */
const codes = new Set([...currencies.current, ...currencies.historic]);

/** Whether it is an alphabetic code of ISO 4217, in capitals as there. */
export function isCurrency(code: string): boolean {
  return codes.has(code);
}
