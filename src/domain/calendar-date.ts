/**
 * Calendar dates, `YYYY-MM-DD`, without a time zone: a bank's posting date is what the bank wrote.
 * Only "today" needs a zone, and that is UTC.
 */
const datePattern = /^(\d{4})-(\d{2})-(\d{2})$/;
const dateTimePattern =
  /^(\d{4}-\d{2}-\d{2})[Tt ]([01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d+)?)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?$/;

const dayMs = 86_400_000;

/** Whether the text is a day of the proleptic Gregorian calendar from 0001-01-01 to 9999-12-31. */
export function isCalendarDate(text: string): boolean {
  const match = datePattern.exec(text);
  if (match === null) return false;
  const year = Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
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
