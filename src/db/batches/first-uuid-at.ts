/** The smallest UUID v7 of a moment (RFC 9562: 48 bits of milliseconds come first). */
export function firstUuidAt(time: Date): string {
  const hex = time.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
