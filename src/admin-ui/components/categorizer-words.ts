import type { CategorizerMode } from '../../domain/categorizer-setting.ts';

interface Words {
  /** The name in the chain. */
  name: string;
  /** What it does, in one sentence. */
  does: string;
  /** What becomes of a decision that is not sure enough for the target. */
  belowTarget: string;
}

/** What the console says about the categorizers that it knows. Others are shown by their names. */
const known: Record<string, Words> = {
  memory: {
    name: 'Memory',
    does: 'Remembers which category people set for a merchant.',
    belowTarget: 'The decision counts, but needs review.',
  },
  patterns: {
    name: 'Patterns',
    does: 'Matches your patterns in the merchant name and the description.',
    belowTarget:
      'A surer categorizer decides instead. If there is none, the decision counts, but needs review.',
  },
  model: {
    name: 'Model',
    does: 'Recognizes categories by the words of a text. It learns from the categories that people set.',
    belowTarget: 'It does not decide.',
  },
  llm: {
    name: 'Language model',
    does: 'Asks a language model about merchants that no other categorizer decides, after their batches are processed. In shadow, its answers are suggestions.',
    belowTarget: 'It does not decide. The answer stays a suggestion.',
  },
};

export const categorizerName = (name: string): string => known[name]?.name ?? name;

export const categorizerWords = (name: string): Words | undefined => known[name];

/** The names of sources, as the API has them on rows, differ from those of categorizers in these two. */
const sourceNames: Record<string, string> = { manual: 'By hand', pattern: 'Pattern' };

/** Who decided the category of a row. */
export const sourceName = (source: string): string =>
  sourceNames[source] ?? categorizerName(source);

/** The sources that can be filtered by. */
export const categorySources = ['pattern', 'manual', 'memory', 'model', 'llm'];

export const modeNames: Record<CategorizerMode, string> = {
  on: 'On',
  shadow: 'Shadow',
  off: 'Off',
};

export const modeWords: Record<CategorizerMode, string> = {
  on: 'Its decisions count.',
  shadow: 'It decides and is measured, but changes nothing.',
  off: 'It does not decide.',
};
