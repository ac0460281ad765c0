import type { LanguageModelSettings } from './activities/dependencies.ts';
import { LanguageModel } from './categorization/llm/language-model.ts';
import type { Config } from './config.ts';

/** The language model of the configuration; null if there is none. */
export const languageModelSettings = (config: Config): LanguageModelSettings | null =>
  config.LLM_BASE_URL === undefined || config.LLM_MODEL === undefined
    ? null
    : {
        model: new LanguageModel({
          baseUrl: config.LLM_BASE_URL,
          apiKey: config.LLM_API_KEY,
          model: config.LLM_MODEL,
          timeoutMs: config.LLM_TIMEOUT_SECONDS * 1_000,
        }),
        dailyTokens: config.LLM_DAILY_TOKENS,
        minRows: config.LLM_MIN_ROWS,
        minAccounts: config.LLM_MIN_ACCOUNTS,
      };
