import limits from '../../contract/limits.json' with { type: 'json' };

/**
 * Limits that are part of the contract, and therefore not configurable. Those that the gateway has as well come from a
 * file that both read.
 */
const { fixed } = limits;

/** Characters of an id that a client chose: transaction, account, request, idempotency key. */
export const maxIdCharacters = fixed.maxIdCharacters;
/** Characters of a merchant name or a description. */
export const maxTextCharacters = fixed.maxTextCharacters;
/** The number of field errors that an answer lists; the rest is only counted, so that the answer stays readable. */
export const maxFieldErrors = fixed.maxFieldErrors;
/** The number of conflicts that a batch lists; the rest is only counted. */
export const maxListedConflicts = 100;
/** Days of one summary report. */
export const maxReportDays = 365;
/** Days of a summary report without dates, up to today. */
export const defaultReportDays = 30;
/** Entries of a page. */
export const maxPageSize = 500;
/** Transactions whose category one request sets. Each takes a lock, and a line in the audit log. */
export const maxBulkTransactions = 1_000;
export const defaultPageSize = 100;
/** Batches of a status that are counted for operators. More need attention in the same way, and would take longer to count. */
export const maxCountedBatches = 10_000;
/**
 * The last entry at which a page of an administrative list may begin, since the database reads and drops all
 * entries before it. People narrow a list with filters long before that.
 */
export const maxListStart = 100_000;
/** Levels of arrays and objects in JSON. Batches have two, and other formats some four. */
export const maxJsonDepth = fixed.maxJsonDepth;
/** A row's texts are limited; this is generous for escapes and unknown fields, and parsed within some milliseconds. */
export const maxRowBytes = fixed.maxRowBytes;
/** The bytes of a value beside the rows. A request id of full length, every character escaped, takes a twentieth of this. */
export const maxScalarBytes = fixed.maxScalarBytes;
/** Blank lines that a stream may have beyond one for each row: many files that were joined need no more. */
export const maxSpareBlankLines = fixed.maxSpareBlankLines;
/**
 * How many times its compressed size a body may unfold to. Batches of real rows unfold to 7 times theirs, indented ones
 * of Plaid's with most fields null to 46, and 100,000 rows that differ in a counter alone to 164; DEFLATE
 * could reach 1,032.
 */
export const maxUnfolding = fixed.maxUnfolding;
/** The ratio does not count up to here, which is read within a millisecond: a short body may well repeat one row. */
export const freeUnfoldedBytes = fixed.freeUnfoldedBytes;
/** The time for which the answer to an idempotency key is kept. */
export const idempotencyKeyHours = 24;

/** Characters of a category's name and of a pattern. */
export const maxCategoryNameCharacters = 100;
export const maxPatternCharacters = 255;

/** The limits of all categories and patterns: every worker holds them in one matcher, and the console in its menus. */
export const maxCategories = 5_000;
export const maxPatterns = 100_000;
/**
 * The characters of all normalised patterns together, enough for 100,000 patterns of ordinary length. A character
 * takes some 3 µs to compile, and up to 150 bytes in the matcher, so a worker needs 200 MB at most.
 */
export const maxPatternSetCharacters = 1_500_000;

/** The number of prefixes that a key is bound to. Each account in a batch of the key is compared with them. */
export const maxAccountPrefixes = 100;
/** The time for which a rotated key stays good beside its successor: a day by default, a month at most. */
export const defaultOverlapSeconds = 86_400;
export const maxOverlapSeconds = 30 * 86_400;
/** Live API keys of all users, and sessions of one user. With one session more, the oldest one ends. */
export const maxLiveApiKeys = 1_000;
export const maxSessionsEach = 20;
/** Known browsers of one user. With one more, the one that signed in longest ago is forgotten. */
export const maxKnownBrowsersEach = 20;
/** Characters that are kept of a User-Agent header; common ones have some 150. */
export const maxUserAgentCharacters = 300;

/** The longest time for a request and its answer, enough for a large stream over a slow line. */
export const maxRequestMs = fixed.maxRequestMs;

/** Seconds that a summary report and the pattern set stay in the cache. */
export const reportCacheSeconds = 300;
export const patternCacheSeconds = 60;

export const minPasswordCharacters = 12;
/** Longer passwords are no safer, and hashing them must not be a way to keep a server busy. */
export const maxPasswordCharacters = 200;
