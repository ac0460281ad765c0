/** Middle tones that can be told apart on white and on black, and that white text is readable on. */
const palette = [
  '#2e7d32',
  '#00796b',
  '#00838f',
  '#0277bd',
  '#1565c0',
  '#3949ab',
  '#5e35b1',
  '#8e24aa',
  '#c2185b',
  '#c62828',
  '#d84315',
  '#a65a00',
  '#8d6e63',
  '#558b2f',
  '#546e7a',
  '#6d4c41',
] as const;

/** The color of a category without a chosen one. The same name always gets the same color. */
export function defaultCategoryColor(normalizedName: string): string {
  // FNV-1a: short, and spreads names that differ in one character.
  let hash = 0x811c9dc5;
  for (let i = 0; i < normalizedName.length; i++) {
    hash = Math.imul(hash ^ normalizedName.charCodeAt(i), 0x01000193) >>> 0;
  }
  return palette[hash % palette.length] as string;
}
