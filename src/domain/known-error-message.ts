/**
 * What JavaScript engines, browsers and React say about code, by how such a message begins or ends. The parts that may
 * quote a value, as in `Unexpected token 'J', "John Doe" is not valid JSON`, are not in the text on the right.
 */
const knownMessages: readonly (readonly [RegExp, string])[] = [
  [/^Cannot read properties of undefined/, 'Cannot read properties of undefined'],
  [/^Cannot read properties of null/, 'Cannot read properties of null'],
  [/^Cannot set properties of undefined/, 'Cannot set properties of undefined'],
  [/^Cannot set properties of null/, 'Cannot set properties of null'],
  [/^Cannot destructure /, 'Cannot destructure a value that is undefined or null'],
  [/^Cannot convert undefined or null to object$/, 'Cannot convert undefined or null to object'],
  [/^Cannot access .* before initialization$/, 'Cannot access a variable before initialization'],
  [/^Cannot mix BigInt and other types/, 'Cannot mix BigInt and other types'],
  [/^Cannot convert .* to a BigInt$/, 'Cannot convert a value to a BigInt'],
  [/^Assignment to constant variable\.$/, 'Assignment to constant variable.'],
  [/ is not a function$/, 'A value is not a function'],
  [/ is not a constructor$/, 'A value is not a constructor'],
  [/ is not iterable(?: \(.*\))?$/, 'A value is not iterable'],
  [/ is not defined$/, 'A variable is not defined'],
  [/ is not extensible$/, 'An object is not extensible'],
  [/^Reduce of empty array with no initial value$/, 'Reduce of empty array with no initial value'],
  [/^Converting circular structure to JSON/, 'Converting circular structure to JSON'],
  [/^Do not know how to serialize a BigInt$/, 'Do not know how to serialize a BigInt'],
  [/ (?:in|after) JSON(?: at position \d+.*)?$/, 'A text is not valid JSON'],
  [/ is not valid JSON$/, 'A text is not valid JSON'],
  [/^Unexpected end of JSON input$/, 'A text is not valid JSON'],
  [/^Invalid (?:time value|date)$/, 'Invalid time value'],
  [/^Invalid array length$/, 'Invalid array length'],
  [/^Invalid string length$/, 'Invalid string length'],
  [/^Invalid currency code/, 'Invalid currency code'],
  [/^Array buffer allocation failed$/, 'Array buffer allocation failed'],
  [/^Maximum call stack size exceeded$/, 'Maximum call stack size exceeded'],
  [/^fetch failed$/, 'fetch failed'],
  [/^Minified React error #\d{1,4};/, 'An error of React'],
  [/^Objects are not valid as a React child/, 'Objects are not valid as a React child'],
];

/** What a message says, in words that quote no value. Null where it is not known what the message may quote. */
export const knownErrorMessage = (message: string): string | null =>
  knownMessages.find(([form]) => form.test(message.slice(0, 1_000)))?.[1] ?? null;
