/**
 * Calendar dates, `YYYY-MM-DD`, without a time zone: a bank's posting date is what the bank wrote.
 * Only "today" needs a zone, and that is UTC.
 */
const dateTimePattern =
  /^(\d{4}-\d{2}-\d{2})[Tt ]([01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d+)?)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?$/;

const dayMs = 86_400_000;

/** Whether the text is a day of the proleptic Gregorian calendar from 0001-01-01 to 9999-12-31. */
export function isCalendarDate(text: string): boolean {
  if (text.length !== 10 || text[4] !== '-' || text[7] !== '-') return false;
  const year = digitsAt(text, 0) * 100 + digitsAt(text, 2);
  const month = digitsAt(text, 5);
  const day = digitsAt(text, 8);
  // One that is not a number compares as false.
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** The number of two digits; NaN for anything else. A regular expression takes five times as long, which counts once a row. */
function digitsAt(text: string, index: number): number {
  const tens = text.charCodeAt(index) - 0x30;
  const ones = text.charCodeAt(index + 1) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** A date, or a date-time cut to its date as written (no shift between zones); null for anything else. */
export function parseDate(value: string): string | null {
  if (value.length === 10) return isCalendarDate(value) ? value : null;
  const date = dateTimePattern.exec(value)?.[1];
  return date !== undefined && isCalendarDate(date) ? date : null;
}

/** Stops at the first and the last day of the calendar. */
export function addDays(date: string, days: number): string {
  const sum = new Date(Date.parse(date) + days * dayMs);
  if (sum.getUTCFullYear() < 1) return '0001-01-01';
  return sum.getUTCFullYear() > 9999 ? '9999-12-31' : sum.toISOString().slice(0, 10);
}

/** Days from start to end, both inclusive: one for the same day. */
export function daysInclusive(start: string, end: string): number {
  return (Date.parse(end) - Date.parse(start)) / dayMs + 1;
}

export function todayUtc(now: Date = new Date()): string {
  return now.toISOString().slice(0, 10);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
