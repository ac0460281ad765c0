import {
  type CategorizerSetting,
  defaultTargetPrecision,
} from '../../domain/categorizer-setting.ts';
import type { Knowledge } from '../knowledge.ts';
import type { TransactionCategorizer } from '../transaction-categorizer.ts';
import type { ChainMember } from './chain-member.ts';
import { type CategorizerName, categorizerNames } from './opinions.ts';

export interface Chains {
  /** Decides. */
  on: ChainMember[];
  /** For each categorizer in shadow the chain that would decide if it were on. */
  shadows: { categorizer: string; members: ChainMember[] }[];
}

export const settingOf = (
  { name, defaultMode }: Pick<TransactionCategorizer, 'name' | 'defaultMode'>,
  settings: Knowledge['settings'],
): CategorizerSetting =>
  settings.get(name) ?? { mode: defaultMode, targetPrecision: defaultTargetPrecision };

/** @param categorizers in the order in which they are heard */
export function buildChains(
  categorizers: readonly TransactionCategorizer[],
  { settings, learned }: Pick<Knowledge, 'settings' | 'learned'>,
): Chains {
  const modeOf = (categorizer: TransactionCategorizer) => settingOf(categorizer, settings).mode;
  const chainOf = (members: readonly TransactionCategorizer[]): ChainMember[] => {
    const names = members.map(({ name }) => name);
    return members.map((member) => {
      const { targetPrecision } = settingOf(member, settings);
      // Nothing was measured about others, so each of their decisions has to reach the target.
      const isMeasured = categorizerNames.includes(member.name as CategorizerName);
      return {
        name: member.name,
        whenUnsure: member.whenUnsure,
        targetPrecision,
        minConfidence:
          learned !== null && isMeasured
            ? learned.acceptance.minConfidence(names, targetPrecision)
            : targetPrecision,
      };
    });
  };
  const on = categorizers.filter((categorizer) => modeOf(categorizer) === 'on');
  return {
    on: chainOf(on),
    shadows: categorizers
      .filter((categorizer) => modeOf(categorizer) === 'shadow')
      .map((shadow) => ({
        categorizer: shadow.name,
        members: chainOf(categorizers.filter((each) => each === shadow || on.includes(each))),
      })),
  };
}
