import { estimateGuesses } from './guess-estimator.ts';

/**
 * The guesses that a key must take, as a power of ten: some 70 bits, since it is stored under a fast hash. Random
 * keys take more, such as 32 hexadecimal digits, a UUID, or six words of a long list.
 */
const minGuessesLog10 = 21;

/** Words that placeholders and invented keys are made of. */
const commonWords =
  `tallyflow bootstrap api key apikey secret token password credential change changeme please replace insert your here
   goes set put use enter example sample test testing dummy default admin root prod production staging dev development
   local this must should very super secure random long string value character characters my the for with and not now`.split(
    /\s+/,
  );

/** What is wrong with a key that could be guessed, and what is better; null for a good key. The text follows the key's name. */
export async function guessableKeyProblem(key: string): Promise<string | null> {
  // Without this, signs between words and repeated letters would count as random.
  const bare = key.replace(/[^a-z0-9]/gi, '');
  const single = bare.replace(/(.)\1+/g, '$1');
  for (const form of new Set([key, bare, single])) {
    const { guessesLog10 } = await estimateGuesses(form, commonWords);
    if (guessesLog10 < minGuessesLog10)
      return 'can be guessed: it is made of words, repeats itself, or follows the alphabet or the keyboard. Better is one from "openssl rand -hex 32"';
  }
  return null;
}
