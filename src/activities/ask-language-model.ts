import { cancellationSignal, heartbeat } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { LanguageModelError } from '../categorization/llm/language-model-error.ts';
import { buildQuestion, type NamedCategory, noCategory } from '../categorization/llm/question.ts';
import type { Database } from '../db/connection/database.ts';
import { languageModelMode } from '../db/language-model/language-model-mode.ts';
import { storeAnswer } from '../db/language-model/merchant-answers.ts';
import {
  countUnreadable,
  postponeUnanswered,
  postponeUnreadable,
  putQuestionBack,
  takeQuestion,
} from '../db/language-model/merchant-questions.ts';
import {
  type Reservation,
  reserveTokens,
  settleTokens,
} from '../db/language-model/token-budget.ts';
import { Category } from '../db/models/category.ts';
import { failureTypes } from '../domain/failure-types.ts';
import { countLanguageModelCall } from './count-language-model-call.ts';
import type { ActivityDependencies, LanguageModelSettings } from './dependencies.ts';

/** Merchants that one activity asks about, and how long it goes on: some minutes. */
const maxAsked = 200;
const maxAskingMs = 10 * 60_000;
/** While a call takes its time, the server still hears of us. */
const heartbeatMs = 3_000;
/** So many in a row that are no answers mean that the endpoint is not what it should be. */
const maxUnreadableInARow = 3;

export interface AskResult {
  askedCount: number;
  /** Why it stopped: there are no more questions (or it is off), the day's tokens are used up, or it is time for another activity. */
  stopped: 'no_questions' | 'no_tokens' | 'pause';
}

/** Asks the language model about merchants, one by one, and keeps the answers. */
export async function askLanguageModel({
  database,
  languageModel,
}: ActivityDependencies): Promise<AskResult> {
  if (languageModel === null) return { askedCount: 0, stopped: 'no_questions' };
  const categories: NamedCategory[] = await Category.query(database)
    .orderBy('id')
    .select('id', 'name');
  if (categories.length === 0) return { askedCount: 0, stopped: 'no_questions' };
  const signal = cancellationSignal();
  const beat = setInterval(heartbeat, heartbeatMs);
  try {
    /** The merchants for which, just now, something came back that is no answer. */
    let unreadable: string[] = [];
    const endsAt = performance.now() + maxAskingMs;
    for (let askedCount = 0; ; askedCount++) {
      signal.throwIfAborted();
      const outcome =
        askedCount === maxAsked || performance.now() > endsAt
          ? 'pause'
          : await askNext(database, languageModel, categories, signal);
      if (typeof outcome !== 'string') unreadable.push(outcome.unreadable);
      else {
        // It is the merchants' fault, since the endpoint answers about others, or there are few.
        await endUnreadable(database, unreadable, languageModel.model.name);
        unreadable = [];
        if (outcome !== 'answered') return { askedCount, stopped: outcome };
      }
      if (unreadable.length === maxUnreadableInARow) {
        throw ApplicationFailure.create({
          type: failureTypes.languageModelRefused,
          message: 'What the endpoint sends is no answer of a language model. Check LLM_BASE_URL.',
          nonRetryable: true,
        });
      }
    }
  } finally {
    clearInterval(beat);
  }
}

async function askNext(
  database: Database,
  settings: LanguageModelSettings,
  categories: readonly NamedCategory[],
  signal: AbortSignal,
): Promise<'answered' | { unreadable: string } | 'no_questions' | 'no_tokens'> {
  // It may be switched off while there are questions for hours.
  if ((await languageModelMode(database)) === 'off') return 'no_questions';
  const merchant = await takeQuestion(database);
  if (merchant === null) return 'no_questions';
  const { minTokens, maxTokens } = buildQuestion(merchant, categories);
  if (maxTokens > settings.dailyTokens) {
    await putQuestionBack(database, merchant);
    throw ApplicationFailure.create({
      type: failureTypes.languageModelRefused,
      message: `A question may take ${maxTokens} tokens. LLM_DAILY_TOKENS allows ${settings.dailyTokens} a day.`,
      nonRetryable: true,
    });
  }
  const reservation = await reserveTokens(database, maxTokens, settings.dailyTokens);
  if (reservation === null) {
    await putQuestionBack(database, merchant);
    return 'no_tokens';
  }
  const { model } = settings;
  try {
    const answer = await model.ask(merchant, categories, signal);
    // An endpoint that says too little does not make the budget endless.
    const tokenCount = Math.max(answer.tokenCount ?? maxTokens, minTokens);
    countLanguageModelCall('answered', tokenCount);
    await settleTokens(database, reservation, tokenCount);
    const { categoryId, confidence } = answer;
    await storeAnswer(database, { merchant, categoryId, confidence, model: model.name });
    return 'answered';
  } catch (error) {
    if (!(error instanceof LanguageModelError)) throw error;
    return await afterFailure(database, { merchant, reservation, error });
  }
}

/** Counts the failures. A merchant that has failed too often is answered with "none". */
async function endUnreadable(
  database: Database,
  merchants: readonly string[],
  model: string,
): Promise<void> {
  if (merchants.length === 0) return;
  for (const merchant of await countUnreadable(database, merchants))
    await storeAnswer(database, { merchant, ...noCategory, model });
}

async function afterFailure(
  database: Database,
  failed: { merchant: string; reservation: Reservation; error: LanguageModelError },
): Promise<{ unreadable: string }> {
  const { merchant, reservation, error } = failed;
  const tokenCount = error.isCharged ? reservation.tokenCount : 0;
  countLanguageModelCall(error.kind, tokenCount);
  await settleTokens(database, reservation, tokenCount);
  if (error.kind === 'unreadable') {
    await postponeUnreadable(database, merchant);
    return { unreadable: merchant };
  }
  if (error.kind === 'unanswered') await postponeUnanswered(database, merchant);
  else await putQuestionBack(database, merchant);
  throw ApplicationFailure.create({
    type:
      error.kind === 'refused'
        ? failureTypes.languageModelRefused
        : failureTypes.languageModelUnavailable,
    message: error.message,
    nonRetryable: error.kind === 'refused',
    ...(error.retryAfterMs !== undefined && { nextRetryDelay: error.retryAfterMs }),
  });
}
