import { Counter } from 'prom-client';

const outcomes = ['succeeded', 'wrong_password', 'code_required', 'wrong_code', 'limited'] as const;

const signIns = new Counter({
  name: 'tallyflow_sign_ins_total',
  help: 'Attempts to sign in to the console, by outcome.',
  labelNames: ['outcome'] as const,
});
// A rate needs the zero before the first one.
for (const outcome of outcomes) signIns.inc({ outcome }, 0);

export const countSignIn = (outcome: (typeof outcomes)[number]): void => signIns.inc({ outcome });
