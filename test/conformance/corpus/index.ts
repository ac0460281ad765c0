import type { Case } from '../case.ts';
import { amounts } from './amounts.ts';
import { credentials } from './credentials.ts';
import { currencyCases } from './currencies.ts';
import { dates } from './dates.ts';
import { encodings } from './encodings.ts';
import { envelopes } from './envelopes.ts';
import { jsonSyntax } from './json-syntax.ts';
import { streams } from './ndjson.ts';
import { repeats } from './repeats.ts';
import { requests } from './requests.ts';
import { rowCases } from './rows.ts';
import { sizes } from './sizes.ts';
import { texts } from './texts.ts';

/** Requests that are good or bad, by what they are about. */
export const corpus: Record<string, Case[]> = {
  amounts,
  currencies: currencyCases,
  dates,
  texts,
  rows: rowCases,
  'the body around the rows': envelopes,
  'the syntax of JSON': jsonSyntax,
  sizes,
  NDJSON: streams,
  'encodings of bodies': encodings,
  credentials,
  'requests and answers': requests,
  'repeats and duplicates': repeats,
};
