import { Counter } from 'prom-client';
import type { LanguageModelErrorKind } from '../categorization/llm/language-model-error.ts';

type CallOutcome = 'answered' | LanguageModelErrorKind;

const outcomes: Record<CallOutcome, true> = {
  answered: true,
  refused: true,
  busy: true,
  unanswered: true,
  unreadable: true,
};

const calls = new Counter({
  name: 'tallyflow_language_model_calls_total',
  help: 'Calls of the language model, by what came of them.',
  labelNames: ['outcome'] as const,
});
// A rate needs the zero before the first one.
for (const outcome of Object.keys(outcomes)) calls.inc({ outcome }, 0);

const tokens = new Counter({
  name: 'tallyflow_language_model_tokens_total',
  help: 'Tokens that calls of the language model took of the budget of the day.',
});

export function countLanguageModelCall(outcome: CallOutcome, tokenCount: number): void {
  calls.inc({ outcome });
  tokens.inc(tokenCount);
}
