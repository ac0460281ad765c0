import { malformedJson, nestsTooDeep } from './parse-json.ts';

/** Hears of the outer two levels of JSON while they are scanned. `at` is an index of the chunk that is being scanned. */
export interface JsonVisitor {
  /** The first byte behind the opening quote of a key of the outermost object. */
  keyBegins(at: number): void;
  /** The closing quote of that key. */
  keyEnds(at: number): void;
  /** The first byte of a value within `depth` arrays and objects, for depths 0 to 2. */
  valueBegins(at: number, firstByte: number, depth: number): void;
  /** The comma or bracket behind a value within `depth` arrays and objects, for depths 1 and 2; white space may lie between. */
  valueEnds(at: number, depth: number, isLast: boolean): void;
}

/** What the scanner expects next, or is reading. */
const value = 0;
const valueOrArrayEnd = 1;
const keyOrObjectEnd = 2;
const key = 3;
const colon = 4;
const afterValue = 5;
const inString = 6;
const inEscape = 7;
const inUnicodeEscape = 8;
const inLiteral = 9;
const afterMinus = 10;
const afterLeadingZero = 11;
const inInteger = 12;
const afterPoint = 13;
const inFraction = 14;
const afterExponentLetter = 15;
const afterExponentSign = 16;
const inExponent = 17;

/** Numbers have no end of their own: these are the states in which one may end. */
const numberMayEnd = new Set([afterLeadingZero, inInteger, inFraction, inExponent]);

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const zero = 0x30;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

const literals = new Map(['true', 'false', 'null'].map((text) => [text.charCodeAt(0), text]));

/** Bytes that a string holds as they are: ASCII without control characters, the quote and the backslash. */
const isPlain = bytesThat(
  (byte) => byte >= 0x20 && byte < 0x80 && byte !== quote && byte !== backslash,
);
const isSpace = bytesThat((byte) => [0x20, 0x09, lineFeed, carriageReturn].includes(byte));
const isDigit = bytesThat((byte) => byte >= zero && byte <= 0x39);
const isHexDigit = bytesThat((byte) => /[0-9a-fA-F]/.test(String.fromCharCode(byte)));
const isEscaped = bytesThat((byte) => '"\\/bfnrt'.includes(String.fromCharCode(byte)));

/** 1 for each byte for which it holds: a look into a table takes half as long as comparisons do. */
function bytesThat(holds: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (holds(byte) ? 1 : 0));
}

const unheard: JsonVisitor = { keyBegins() {}, keyEnds() {}, valueBegins() {}, valueEnds() {} };

/** The depth down to which the visitor hears of values. */
const visitedDepth = 2;

/**
 * Checks the syntax of JSON in UTF-8 as it arrives, byte by byte in constant memory, and tells a visitor
 * where the keys and values of its outer levels are. Accepts what JSON.parse accepts, down to `maxDepth`
 * levels. Throws ApiError `malformed_json`, which says where, and `invalid_request` for too many levels.
 */
export class JsonScanner {
  /** Values that have begun, of whatever depth. */
  valueCount = 0;
  readonly #maxDepth: number;
  readonly #visitor: JsonVisitor;
  #state = value;
  /** Whether each of the open arrays and objects is an array. */
  readonly #isArray: boolean[] = [];
  #stringIsKey = false;
  /** Digits of a Unicode escape that are still to come. */
  #hexDigitsLeft = 0;
  /** The rest of true, false or null that is still to come. */
  #literalRest = '';
  /** UTF-16 code units before the chunk, as positions in JSON.parse's errors are counted. */
  #unitsBefore = 0;
  /** Code units less bytes, of the chunk so far. */
  #unitsLessBytes = 0;
  #line = 1;
  #lineStart = 0;
  /** The index of the last carriage return: a line feed right behind it ends the same line. */
  #lastReturn = -2;

  constructor(maxDepth: number, visitor: JsonVisitor = unheard) {
    this.#maxDepth = maxDepth;
    this.#visitor = visitor;
  }

  /** Scans the next bytes, which may end anywhere. */
  push(chunk: Uint8Array): void {
    const { length } = chunk;
    let state = this.#state;
    let at = 0;
    while (at < length) {
      const byte = chunk[at] as number;
      switch (state) {
        case inString: {
          while (at < length && isPlain[chunk[at] as number] === 1) at++;
          if (at === length) break;
          const end = chunk[at] as number;
          if (end === quote) {
            state = this.#endString(at);
            at++;
          } else if (end === backslash) {
            state = inEscape;
            at++;
          } else if (end >= 0x80) at = this.#skipNonAscii(chunk, at);
          else this.#fail(at);
          break;
        }
        case inEscape:
          if (isEscaped[byte] === 1) state = inString;
          else if (byte === 0x75) {
            state = inUnicodeEscape;
            this.#hexDigitsLeft = 4;
          } else this.#fail(at);
          at++;
          break;
        case inUnicodeEscape:
          if (isHexDigit[byte] === 0) this.#fail(at);
          this.#hexDigitsLeft--;
          if (this.#hexDigitsLeft === 0) state = inString;
          at++;
          break;
        case inLiteral:
          if (byte !== this.#literalRest.charCodeAt(0)) this.#fail(at);
          this.#literalRest = this.#literalRest.slice(1);
          if (this.#literalRest === '') state = afterValue;
          at++;
          break;
        case inInteger:
        case inFraction:
        case inExponent:
          if (isDigit[byte] === 1) {
            do at++;
            while (at < length && isDigit[chunk[at] as number] === 1);
          } else {
            state = afterDigits(state, byte);
            if (state !== afterValue) at++;
          }
          break;
        case afterLeadingZero:
          state = afterDigits(inInteger, byte);
          if (state !== afterValue) at++;
          break;
        case afterMinus:
        case afterPoint:
        case afterExponentLetter:
        case afterExponentSign: {
          const next = withinNumber(state, byte);
          if (next === undefined) this.#fail(at);
          state = next;
          at++;
          break;
        }
        default:
          if (isSpace[byte] === 1) this.#noteLine(at, byte);
          else state = this.#readToken(state, at, byte);
          at++;
      }
    }
    this.#state = state;
    this.#unitsBefore += length + this.#unitsLessBytes;
    this.#unitsLessBytes = 0;
  }

  /** Throws where the bytes were no whole JSON text. */
  end(): void {
    const isWhole = this.#state === afterValue || numberMayEnd.has(this.#state);
    if (!isWhole || this.#isArray.length > 0) this.#fail(0);
  }

  /** The state behind a byte that is no white space, where a value or punctuation may come. */
  #readToken(state: number, at: number, byte: number): number {
    switch (state) {
      case valueOrArrayEnd:
        if (byte === closeBracket) return this.#close();
        return this.#beginValue(at, byte);
      case value:
        return this.#beginValue(at, byte);
      case keyOrObjectEnd:
        if (byte === closeBrace) return this.#close();
        return this.#beginKey(at, byte);
      case key:
        return this.#beginKey(at, byte);
      case colon:
        if (byte !== 0x3a) this.#fail(at);
        return value;
      default:
        return this.#readAfterValue(at, byte);
    }
  }

  #beginValue(at: number, byte: number): number {
    this.valueCount++;
    const depth = this.#isArray.length;
    if (depth <= visitedDepth) this.#visitor.valueBegins(at, byte, depth);
    switch (byte) {
      case quote:
        this.#stringIsKey = false;
        return inString;
      case openBrace:
        this.#open(false);
        return keyOrObjectEnd;
      case openBracket:
        this.#open(true);
        return valueOrArrayEnd;
      case minus:
        return afterMinus;
      case zero:
        return afterLeadingZero;
    }
    if (isDigit[byte] === 1) return inInteger;
    const literal = literals.get(byte);
    if (literal === undefined) this.#fail(at);
    this.#literalRest = literal.slice(1);
    return inLiteral;
  }

  #beginKey(at: number, byte: number): number {
    if (byte !== quote) this.#fail(at);
    this.#stringIsKey = true;
    if (this.#isArray.length === 1) this.#visitor.keyBegins(at + 1);
    return inString;
  }

  #endString(at: number): number {
    if (!this.#stringIsKey) return afterValue;
    if (this.#isArray.length === 1) this.#visitor.keyEnds(at);
    return colon;
  }

  #readAfterValue(at: number, byte: number): number {
    const depth = this.#isArray.length;
    const isArray = this.#isArray[depth - 1];
    if (isArray === undefined) this.#fail(at);
    const isClosing = byte === (isArray ? closeBracket : closeBrace);
    if (!isClosing && byte !== comma) this.#fail(at);
    if (depth <= visitedDepth) this.#visitor.valueEnds(at, depth, isClosing);
    if (isClosing) return this.#close();
    return isArray ? value : key;
  }

  #open(isArray: boolean): void {
    if (this.#isArray.length === this.#maxDepth) throw nestsTooDeep(this.#maxDepth);
    this.#isArray.push(isArray);
  }

  #close(): number {
    this.#isArray.pop();
    return afterValue;
  }

  /** The index at which the bytes beyond ASCII end. */
  #skipNonAscii(chunk: Uint8Array, from: number): number {
    let at = from;
    for (; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (byte < 0x80) break;
      // The bytes behind the first of a character are no units; characters of four bytes have two units.
      if (byte < 0xc0) this.#unitsLessBytes--;
      else if (byte >= 0xf0) this.#unitsLessBytes++;
    }
    return at;
  }

  #noteLine(at: number, byte: number): void {
    if (byte !== lineFeed && byte !== carriageReturn) return;
    const position = this.#unitsAt(at);
    if (byte === carriageReturn) this.#lastReturn = position;
    if (byte === carriageReturn || this.#lastReturn !== position - 1) this.#line++;
    this.#lineStart = position + 1;
  }

  #unitsAt(at: number): number {
    return this.#unitsBefore + at + this.#unitsLessBytes;
  }

  #fail(at: number): never {
    const position = this.#unitsAt(at);
    const column = position - this.#lineStart + 1;
    throw malformedJson(`at position ${position} (line ${this.#line} column ${column})`);
  }
}

/** The state that a byte behind digits leads to: another part of the number, or whatever may follow the number. */
function afterDigits(state: number, byte: number): number {
  if (byte === 0x2e && state === inInteger) return afterPoint;
  if ((byte === 0x65 || byte === 0x45) && state !== inExponent) return afterExponentLetter;
  return afterValue;
}

/** The state that a byte leads to where a number cannot end yet; undefined for a byte that cannot be part of the number. */
function withinNumber(state: number, byte: number): number | undefined {
  if (state === afterExponentLetter && (byte === minus || byte === 0x2b)) return afterExponentSign;
  if (isDigit[byte] === 0) return undefined;
  if (state === afterMinus) return byte === zero ? afterLeadingZero : inInteger;
  return state === afterPoint ? inFraction : inExponent;
}
