import type { ZxcvbnFactory, ZxcvbnResult } from '@zxcvbn-ts/core';

/** The work grows with the square of the length, and nobody guesses what is behind so much. */
const maxCheckedCharacters = 64;

let estimator: Promise<ZxcvbnFactory> | null = null;

/** How many guesses a secret takes whose parts may be common words and passwords, or among the known ones. */
export async function estimateGuesses(
  secret: string,
  known: readonly string[],
): Promise<ZxcvbnResult> {
  estimator ??= loadEstimator();
  return (await estimator).check(secret, [...known]);
}

/** Loaded with the first secret: its dictionaries take time and memory that no start should wait for. */
async function loadEstimator(): Promise<ZxcvbnFactory> {
  const [core, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new core.ZxcvbnFactory({
    dictionary: {
      passwords: dictionary['passwords-common'],
      // By this name each word counts the same, and not by its place in the alphabet.
      diceware: dictionary['diceware-common'],
    },
    graphs: adjacencyGraphs,
    maxLength: maxCheckedCharacters,
  });
}
