import { cancellationSignal, heartbeat } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { LanguageModelError } from '../categorization/llm/language-model-error.ts';
import { buildQuestion, type NamedCategory, noCategory } from '../categorization/llm/question.ts';
import type { Database } from '../db/connection/database.ts';
import { storeAnswer } from '../db/language-model/merchant-answers.ts';
import {
  postponeQuestion,
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
import type { ActivityDependencies, LanguageModelSettings } from './dependencies.ts';

/** Merchants that one activity asks about: some minutes. */
const maxAsked = 200;
/** While a call takes its time, the server still hears of us. */
const heartbeatMs = 3_000;
/** So many in a row that are no answers mean that the endpoint is not what it should be. */
const maxUnreadableInARow = 3;

export interface AskResult {
  askedCount: number;
  /** Why it stopped: there are no more questions, the day's tokens are used up, or it is time for another activity. */
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
    let unreadableInARow = 0;
    for (let askedCount = 0; askedCount < maxAsked; askedCount++) {
      signal.throwIfAborted();
      const outcome = await askNext(database, languageModel, categories, signal);
      if (outcome === 'no_questions' || outcome === 'no_tokens')
        return { askedCount, stopped: outcome };
      unreadableInARow = outcome === 'unreadable' ? unreadableInARow + 1 : 0;
      if (unreadableInARow === maxUnreadableInARow) {
        throw ApplicationFailure.create({
          type: failureTypes.languageModelRefused,
          message: 'What the endpoint sends is no answer of a language model. Check LLM_BASE_URL.',
          nonRetryable: true,
        });
      }
    }
    return { askedCount: maxAsked, stopped: 'pause' };
  } finally {
    clearInterval(beat);
  }
}

async function askNext(
  database: Database,
  settings: LanguageModelSettings,
  categories: readonly NamedCategory[],
  signal: AbortSignal,
): Promise<'answered' | 'unreadable' | 'no_questions' | 'no_tokens'> {
  const merchant = await takeQuestion(database);
  if (merchant === null) return 'no_questions';
  const { maxTokens } = buildQuestion(merchant, categories);
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
    await settleTokens(database, reservation, answer.tokenCount ?? maxTokens);
    await storeAnswer(database, { merchant, ...pick(answer), model: model.name });
    return 'answered';
  } catch (error) {
    if (!(error instanceof LanguageModelError)) throw error;
    return await afterFailure(database, settings, { merchant, reservation, error });
  }
}

const pick = ({ categoryId, confidence }: { categoryId: number | null; confidence: number }) => ({
  categoryId,
  confidence,
});

async function afterFailure(
  database: Database,
  { model }: LanguageModelSettings,
  failed: { merchant: string; reservation: Reservation; error: LanguageModelError },
): Promise<'unreadable'> {
  const { merchant, reservation, error } = failed;
  await settleTokens(database, reservation, error.isCharged ? reservation.tokenCount : 0);
  if (error.kind === 'unreadable') {
    if (await postponeQuestion(database, merchant))
      await storeAnswer(database, { merchant, ...noCategory, model: model.name });
    return 'unreadable';
  }
  await putQuestionBack(database, merchant);
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
