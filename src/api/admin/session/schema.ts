import { z } from 'zod';
import { maxPasswordCharacters, minPasswordCharacters } from '../../../domain/limits.ts';
import { roles } from '../../../domain/role.ts';
import { textProblem } from '../../../domain/text.ts';
import { dateTime, expected } from '../fields.ts';

const notAnObject = { error: 'must be a JSON object' };

/** Far more characters than e-mail addresses, passwords and tokens have. */
const maxTriedCharacters = 1_000;

/** Accepts any text that can be looked up in the database. */
const triedText = z.string({ error: expected('a string') }).check((context) => {
  const message = textProblem(context.value, maxTriedCharacters);
  if (message !== null) context.issues.push({ code: 'custom', message, input: context.value });
});

export const newPassword = z
  .string({ error: expected('a string') })
  .check((context) => {
    const short = [...context.value].length < minPasswordCharacters;
    const message = short
      ? `must have at least ${minPasswordCharacters} characters`
      : textProblem(context.value, maxPasswordCharacters);
    if (message !== null) context.issues.push({ code: 'custom', message, input: context.value });
  })
  .meta({ minLength: minPasswordCharacters, maxLength: maxPasswordCharacters });

const code = triedText.meta({
  description: 'A code from the authenticator app, or a recovery code. Each works once.',
  example: '123456',
});
const codeIfAsked = code
  .optional()
  .meta({ description: 'Required if a request without it gets `second_factor_required`.' });

export const signInSchema = z.strictObject(
  { email: triedText, password: triedText, code: codeIfAsked },
  notAnObject,
);

export const passwordChangeSchema = z.strictObject(
  { current_password: triedText, new_password: newPassword },
  notAnObject,
);

export const invitationAcceptanceSchema = z.strictObject(
  { token: triedText, password: newPassword, code: codeIfAsked },
  notAnObject,
);

/** Required to begin a second factor. */
export const passwordSchema = z.strictObject({ password: triedText }, notAnObject);

/** Required to remove a second factor. */
export const secondFactorRemovalSchema = z.strictObject({ password: triedText, code }, notAnObject);

export const codeSchema = z.strictObject({ code }, notAnObject);

export const secondFactorSchema = z
  .object({
    secret: z.string().meta({ description: 'Base32, for typing into an authenticator app.' }),
    uri: z.string().meta({ description: 'The secret as otpauth://…, for scanning.' }),
  })
  .meta({ id: 'SecondFactor' });

export const recoveryCodesSchema = z
  .object({
    recovery_codes: z
      .array(z.string())
      .meta({ description: 'Shown only once. Each works for one sign-in without the app.' }),
  })
  .meta({ id: 'RecoveryCodes' });

export const sessionSchema = z
  .object({
    user: z.object({
      id: z.int(),
      email: z.string(),
      name: z.string(),
      role: z.enum(roles),
      may_export: z.boolean().meta({ description: 'Whether the user may export files.' }),
      second_factor: z.boolean().meta({ description: 'Whether signing in requires a code.' }),
      must_add_second_factor: z.boolean().meta({
        description: 'If true, everything else gets `second_factor_missing` until one is added.',
      }),
    }),
    csrf_token: z
      .string()
      .meta({ description: 'Send it as X-CSRF-Token with every request except GET and HEAD.' }),
  })
  .meta({ id: 'Session' });

export const ownSessionSchema = z
  .object({
    id: z.int(),
    client: z.string().meta({
      description: 'Browser and operating system, from the User-Agent at sign-in.',
      example: 'Firefox on Windows',
    }),
    is_current: z.boolean().meta({ description: 'Whether this is the session of the request.' }),
    created_at: dateTime,
    last_used_at: dateTime.meta({ description: 'To the minute.' }),
    expires_at: dateTime.meta({ description: 'When it ends unless it is used.' }),
  })
  .meta({ id: 'OwnSession' });

export type SecondFactorBody = z.infer<typeof secondFactorSchema>;
export type RecoveryCodesBody = z.infer<typeof recoveryCodesSchema>;
export type OwnSessionBody = z.infer<typeof ownSessionSchema>;
export type SessionBody = z.infer<typeof sessionSchema>;
