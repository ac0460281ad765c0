import { describe, expect, it } from '@jest/globals';
import { maxPasswordCharacters } from '../limits.ts';
import { guessableProblem } from './guessable-password.ts';
import { generatePassword } from './password.ts';

const ada = ['ada.lovelace@example.com', 'Ada Lovelace'];

describe('a password is refused', () => {
  it.each([
    ['of the most common ones', 'password1234', 'common password'],
    ['with letters written as signs', 'P@ssw0rd1234', 'common password'],
    ['of one word with little added', 'Butterfly2!!', 'common password'],
    ['that repeats itself', 'abcabcabcabc', 'repeats itself'],
    ['of one character', 'aaaaaaaaaaaa', 'repeats itself'],
    ['that follows the alphabet', 'abcdefghijklm', 'follows the alphabet'],
    ['that follows the keyboard', 'qwertzuiopasdfghjkl', 'keys of a keyboard'],
    ['of digits alone', '837401926354', 'digits alone'],
    ['of digits of another script', '٨٣٧٤٠١٩٢٦٣٥٤', 'digits alone'],
    ['that is the e-mail address', 'Ada.Lovelace@Example.com', 'the e-mail address'],
    ['that is a part of the address', 'example.com1', 'the e-mail address'],
    ['that is the name', 'AdaLovelace1', 'the e-mail address, the name'],
    ['that is the name backwards', 'ecalevol.ada', 'the e-mail address, the name'],
    ['that is the name in full-width letters', 'ｌｏｖｅｌａｃｅ１２３４', 'the name'],
    ['of the name of this service', 'Tallyflow123!', '"tallyflow"'],
  ])('%s', async (_, password, why) => {
    const problem = await guessableProblem(password, ada);
    expect(problem).toContain(why);
    expect(problem).toMatch(/^can be guessed: .+\. Better are four or more words/);
  });
});

describe('a password is taken', () => {
  it.each([
    ['of words that have nothing to do with each other', 'violet anchor pretzel umbrella'],
    ['of twelve random characters', 'kX9vLq2mTzRw'],
    ['with the own name among other words', 'violet anchor lovelace pretzel'],
    ['in another script', 'фиалка якорь крендель'],
    ['of words that begin like ours', 'talon flowchart gravel mitten'],
    ['that was made up for the first admin', generatePassword()],
  ])('%s', async (_, password) => {
    expect(await guessableProblem(password, ada)).toBeNull();
  });

  it('whatever its user is called', async () => {
    for (const known of [[], ['', ' '], ['x@y', 'A B']])
      expect(await guessableProblem('violet anchor pretzel umbrella', known)).toBeNull();
  });
});

it('takes no long time for the longest passwords', async () => {
  await guessableProblem('loads the dictionaries', []);
  for (const piece of ['a', '4$', '@1!3', 'pa$$w0rd', '13579acegik']) {
    const longest = piece.repeat(maxPasswordCharacters).slice(0, maxPasswordCharacters);
    const cpu = process.threadCpuUsage();
    await guessableProblem(longest, ada);
    expect([piece, process.threadCpuUsage(cpu).user / 1_000 < 500]).toEqual([piece, true]);
  }
});
