/** Limits that are part of the contract, and therefore not configurable. */

/** Characters of an id that a client chose: transaction, account, request, idempotency key. */
export const maxIdCharacters = 255;
/** Characters of a merchant name or a description. */
export const maxTextCharacters = 2_000;
/** Field errors that an answer spells out; the rest is only counted, so that an answer stays readable. */
export const maxFieldErrors = 100;
/** Conflicts that a batch lists; the rest is only counted. */
export const maxListedConflicts = 100;
/** Days of one summary report. */
export const maxReportDays = 365;
/** Days of a summary report without dates, up to today. */
export const defaultReportDays = 30;
/** Entries of a page. */
export const maxPageSize = 500;
export const defaultPageSize = 100;
/**
 * Where a page of an administrative list may begin: the database reads and drops all entries before it.
 * People narrow a list with filters long before that.
 */
export const maxListStart = 100_000;
/** Levels of arrays and objects in JSON; ours have two, and those of others some four. */
export const maxJsonDepth = 32;
/** How long the answer to an idempotency key is kept. */
export const idempotencyKeyHours = 24;

/** Characters of a category's name and of a pattern. */
export const maxCategoryNameCharacters = 100;
export const maxPatternCharacters = 255;

/** Of all: what every worker holds in memory as one matcher, and the console in its lists to choose from. */
export const maxCategories = 5_000;
export const maxPatterns = 100_000;
/**
 * Of all patterns together, normalised: 100,000 of ordinary length. Compiling takes some 3 µs for each, and the
 * matcher up to 150 bytes, so that a worker needs some 200 MB for them at most.
 */
export const maxPatternSetCharacters = 1_500_000;

/** Beginnings of account ids that a key is bound to; each batch of such a key looks for every account among them. */
export const maxAccountPrefixes = 100;
/** For how long a rotated key stays good beside its successor: a day unless it is said, a month at most. */
export const defaultOverlapSeconds = 86_400;
export const maxOverlapSeconds = 30 * 86_400;
/** API keys that are neither revoked nor expired, and sessions of one user, the oldest of which then ends. */
export const maxLiveApiKeys = 1_000;
export const maxSessionsEach = 20;
/** Browsers that a user is known to have signed in with; the one of longest ago is then forgotten. */
export const maxKnownBrowsersEach = 20;
/** Characters that are kept of what a browser calls itself; common ones need some 150. */
export const maxUserAgentCharacters = 300;

/** Longest time in which a request comes in and is answered: a large stream over a slow line. */
export const maxRequestMs = 15 * 60_000;

/** Seconds that a summary report and the pattern set stay in the cache. */
export const reportCacheSeconds = 300;
export const patternCacheSeconds = 60;

export const minPasswordCharacters = 12;
/** More is no safer, and hashing must not become a way to keep a server busy. */
export const maxPasswordCharacters = 200;
