/** `on`: its decisions count. `shadow`: they are only counted where they differ. `off`: it isn't asked. */
export const categorizerModes = ['on', 'shadow', 'off'] as const;
export type CategorizerMode = (typeof categorizerModes)[number];

/** How a categorizer takes part. */
export interface CategorizerSetting {
  mode: CategorizerMode;
  /** From 0.5 to below 1: the share of all decisions without review that should be right. */
  targetPrecision: number;
}

export const defaultTargetPrecision = 0.95;
