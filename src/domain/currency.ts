/**
 * ISO 4217 alphabetic codes as the CLDR data of the running Node.js lists them, the historic ones
 * (DEM, NLG …) included, since old statements carry them.
 */
const codes = new Set(Intl.supportedValuesOf('currency'));

export function isCurrency(code: string): boolean {
  return codes.has(code);
}
