import type { ZxcvbnFactory, ZxcvbnResult } from '@zxcvbn-ts/core';

/** The estimate takes time by the square of the length, and nobody guesses what comes after so many characters. */
const maxCheckedCharacters = 64;

let estimator: Promise<ZxcvbnFactory> | null = null;

/** The number of guesses that a secret takes. Its parts may be common words and passwords, or known words. */
export async function estimateGuesses(
  secret: string,
  known: readonly string[],
): Promise<ZxcvbnResult> {
  estimator ??= loadEstimator();
  return (await estimator).check(secret, [...known]);
}

/** Loaded with the first secret, so that no start waits for its dictionaries. */
async function loadEstimator(): Promise<ZxcvbnFactory> {
  const [core, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new core.ZxcvbnFactory({
    dictionary: {
      passwords: dictionary['passwords-common'],
      // Under this name, zxcvbn gives each word the same weight, and not one by its place in the list.
      diceware: dictionary['diceware-common'],
    },
    graphs: adjacencyGraphs,
    maxLength: maxCheckedCharacters,
  });
}
