import { SpanKind, trace } from '@opentelemetry/api';
import type { OpenAI } from 'openai';
import { z } from 'zod';
import { inSpan } from '../../tracing/in-span.ts';
import { currentTraceparent } from '../../tracing/traceparent.ts';
import { AnswerTooLong, boundedFetch } from './bounded-fetch.ts';
import { LanguageModelError } from './language-model-error.ts';
import {
  answerFormat,
  buildQuestion,
  type MerchantAnswer,
  maxAnswerTokens,
  type NamedCategory,
  noCategory,
  readAnswer,
} from './question.ts';
import { retryAfterMs } from './retry-after.ts';

export interface LanguageModelOptions {
  baseUrl: string;
  apiKey: string | undefined;
  model: string;
  timeoutMs: number;
}

export interface ChargedAnswer extends MerchantAnswer {
  /** The tokens that the endpoint charged; null if it doesn't say. */
  tokenCount: number | null;
}

/** An endpoint that speaks the protocol of OpenAI's chat completions. */
export class LanguageModel {
  readonly name: string;
  readonly #options: LanguageModelOptions;
  #client: Promise<OpenAI> | undefined;

  constructor(options: LanguageModelOptions) {
    this.name = options.model;
    this.#options = options;
  }

  /** Asks about one merchant. Throws LanguageModelError. */
  ask(
    merchant: string,
    categories: readonly NamedCategory[],
    signal: AbortSignal,
  ): Promise<ChargedAnswer> {
    const options = {
      kind: SpanKind.CLIENT,
      attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': this.name },
    };
    return inSpan('ask the language model', options, async () => {
      const answer = await this.#ask(merchant, categories, signal);
      if (answer.tokenCount !== null)
        trace.getActiveSpan()?.setAttribute('gen_ai.usage.total_tokens', answer.tokenCount);
      return answer;
    });
  }

  async #ask(
    merchant: string,
    categories: readonly NamedCategory[],
    signal: AbortSignal,
  ): Promise<ChargedAnswer> {
    const { system, user } = buildQuestion(merchant, categories);
    this.#client ??= createClient(this.#options);
    const client = await this.#client;
    const completion: unknown = await client.chat.completions
      .create(
        {
          model: this.name,
          messages: [
            { role: 'system', content: system },
            { role: 'user', content: user },
          ],
          max_completion_tokens: maxAnswerTokens,
          response_format: {
            type: 'json_schema',
            json_schema: { name: 'category', strict: true, schema: answerFormat },
          },
        },
        // An endpoint of one's own may go on with the trace.
        { signal, headers: { traceparent: currentTraceparent() } },
      )
      .catch((error: unknown) => {
        signal.throwIfAborted();
        if (isTooLongAnswer(error)) return tooLong;
        throw toLanguageModelError(error);
      });
    if (completion === tooLong) return { ...noCategory, tokenCount: null };
    const read = completionSchema.safeParse(completion);
    if (!read.success) {
      const message = 'The answer of the endpoint is no chat completion. Check LLM_BASE_URL.';
      throw new LanguageModelError('unreadable', message, { isCharged: true });
    }
    const { choices, usage } = read.data;
    return {
      ...readAnswer(choices[0]?.message.content ?? '', categories),
      tokenCount: usage?.total_tokens ?? null,
    };
  }
}

/** In the place of an answer that was not read to its end. */
const tooLong = Symbol('too long');

/** What we need of a chat completion. */
const completionSchema = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullish() }) })).min(1),
  usage: z.object({ total_tokens: z.int().positive() }).nullish().catch(null),
});

/** The library takes 35 MB of memory and 80 ms to load, so that only who uses it loads it. */
async function createClient(options: LanguageModelOptions): Promise<OpenAI> {
  const { OpenAI: Client } = await import('openai');
  const { baseUrl, apiKey, timeoutMs } = options;
  return new Client({
    baseURL: baseUrl,
    // The library insists on a key. An endpoint without one gets no header.
    apiKey: apiKey ?? 'none',
    defaultHeaders: apiKey === undefined ? { Authorization: null } : {},
    organization: null,
    project: null,
    timeout: timeoutMs,
    // Temporal tries again, and waits as long as the endpoint asks.
    maxRetries: 0,
    // It would log merchants.
    logLevel: 'off',
    fetch: boundedFetch,
  });
}

const isTooLongAnswer = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof AnswerTooLong && error.cause.isJson;

function toLanguageModelError(error: unknown): LanguageModelError {
  const { name, status, headers, cause } = error as Error & { status?: number; headers?: Headers };
  // Without a status nobody knows whether the endpoint has worked for us.
  if (status === undefined) {
    return name === 'SyntaxError' || cause instanceof AnswerTooLong
      ? new LanguageModelError(
          'unreadable',
          'What the endpoint of the language model sends is no JSON.',
          { isCharged: true },
        )
      : new LanguageModelError(
          'unanswered',
          'The endpoint of the language model does not answer.',
          {
            isCharged: true,
          },
        );
  }
  const said = `The endpoint of the language model answered ${status}.`;
  if (status === 401 || status === 403)
    return new LanguageModelError('refused', `${said} Check LLM_API_KEY.`);
  if (status === 404)
    return new LanguageModelError('refused', `${said} Check LLM_BASE_URL and LLM_MODEL.`);
  if (status >= 300 && status < 400)
    return new LanguageModelError(
      'refused',
      `${said} Redirects are not followed. Check LLM_BASE_URL.`,
    );
  if (status === 408 || status === 409 || status === 429 || status >= 500) {
    const waitMs = retryAfterMs(headers?.get('retry-after'));
    const kind = status === 429 || waitMs !== undefined ? 'busy' : 'unanswered';
    return new LanguageModelError(kind, said, { retryAfterMs: waitMs });
  }
  return new LanguageModelError('unreadable', said);
}
