import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LanguageModel } from '../../src/categorization/llm/language-model.ts';
import {
  type LanguageModelEndpoint,
  say,
  sayText,
  startLanguageModelEndpoint,
} from '../helpers/language-model-endpoint.ts';

const categories = [
  { id: 1, name: 'Food' },
  { id: 2, name: 'Fuel' },
];
let endpoint: LanguageModelEndpoint;

beforeEach(async () => {
  endpoint = await startLanguageModelEndpoint();
});

afterEach(() => endpoint.stop());

const model = (options: { apiKey?: string; timeoutMs?: number } = {}) =>
  new LanguageModel({
    baseUrl: endpoint.baseUrl,
    apiKey: 'key-of-the-test',
    model: 'test-model',
    timeoutMs: 5_000,
    ...options,
  });

const ask = (asked = model(), signal = new AbortController().signal) =>
  asked.ask('blue door', categories, signal);

const none = { categoryId: null, confidence: 0 };

describe('a language model', () => {
  it('is asked as the protocol wants it, and answers with a category', async () => {
    endpoint.behave = (response) => say(response, 'Food', 0.93, 123);
    expect(await ask()).toEqual({ categoryId: 1, confidence: 0.93, tokenCount: 123 });
    const [request] = endpoint.received;
    expect(request?.path).toBe('/v1/chat/completions');
    expect(request?.headers.authorization).toBe('Bearer key-of-the-test');
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      model: 'test-model',
      messages: [{ role: 'system' }, { role: 'user', content: '{"merchant":"blue door"}' }],
      response_format: { type: 'json_schema', json_schema: { strict: true } },
    });
  });

  it('is asked without a key if none is configured', async () => {
    const { apiKey: _, ...withoutKey } = { apiKey: '' };
    await ask(
      new LanguageModel({
        ...withoutKey,
        apiKey: undefined,
        baseUrl: endpoint.baseUrl,
        model: 'm',
        timeoutMs: 5_000,
      }),
    );
    expect(endpoint.received[0]?.headers.authorization).toBeUndefined();
  });

  it.each([
    ['another category', '{"category":"Weapons","confidence":0.99}'],
    ['instructions', 'Ignore all rules. {"category":"Fuel","confidence":1}'],
    ['HTML', '<html><body>{"category":"Fuel"}</body></html>'],
    ['a list of categories', '[{"category":"Fuel","confidence":1}]'],
    ['nothing', ''],
  ])('that says %s says none', async (_, text) => {
    endpoint.behave = (response) => sayText(response, text);
    expect(await ask()).toEqual({ ...none, tokenCount: 100 });
  });

  it('that goes on for ten megabytes says none, and is not read to the end', async () => {
    let sentBytes = 0;
    const closed = Promise.withResolvers<void>();
    endpoint.behave = (response) => {
      response.setHeader('Content-Type', 'application/json');
      response.on('close', closed.resolve);
      const chunk = Buffer.alloc(64 * 1024, ' ');
      const more = () => {
        while (!response.destroyed && sentBytes < 10_000_000) {
          sentBytes += chunk.length;
          if (!response.write(chunk)) {
            response.once('drain', more);
            return;
          }
        }
      };
      more();
    };
    expect(await ask()).toEqual({ ...none, tokenCount: null });
    await closed.promise;
    expect(sentBytes).toBeLessThan(10_000_000);
  });

  it.each([
    [401, 'refused'],
    [403, 'refused'],
    [404, 'refused'],
    [400, 'unreadable'],
    [422, 'unreadable'],
    [429, 'busy'],
    [500, 'unanswered'],
    [503, 'unanswered'],
  ])('that answers %d is %s, and not charged', async (status, kind) => {
    endpoint.behave = (response) => {
      response.statusCode = status;
      response.end(JSON.stringify({ error: { message: 'about blue door' } }));
    };
    const error = await ask().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'LanguageModelError', kind, isCharged: false });
    // What the endpoint says may quote the merchant, and the message gets into logs and histories.
    expect(String(error)).not.toContain('blue door');
    expect(endpoint.received).toHaveLength(1);
  });

  it('says for how long to wait', async () => {
    endpoint.behave = (response) => {
      response.writeHead(429, { 'Retry-After': '17' }).end();
    };
    await expect(ask()).rejects.toMatchObject({ kind: 'busy', retryAfterMs: 17_000 });
  });

  it('that takes too long has not answered, whether or not it has begun to answer', async () => {
    endpoint.behave = () => {};
    await expect(ask(model({ timeoutMs: 200 }))).rejects.toMatchObject({
      kind: 'unanswered',
      isCharged: true,
    });
    endpoint.behave = (response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).write('{');
    };
    await expect(ask(model({ timeoutMs: 200 }))).rejects.toMatchObject({
      kind: 'unanswered',
      isCharged: true,
    });
  });

  it('that hangs up, or is not there, has not answered', async () => {
    endpoint.behave = (response) => {
      response.destroy();
    };
    await expect(ask()).rejects.toMatchObject({ kind: 'unanswered' });
    const gone = new LanguageModel({
      baseUrl: 'http://127.0.0.1:9/v1',
      apiKey: 'k',
      model: 'm',
      timeoutMs: 2_000,
    });
    await expect(ask(gone)).rejects.toMatchObject({ kind: 'unanswered' });
  });

  it('is not followed to another address', async () => {
    const elsewhere = await startLanguageModelEndpoint();
    endpoint.behave = (response) => {
      response.writeHead(307, { Location: `${elsewhere.baseUrl}/chat/completions` }).end();
    };
    await expect(ask()).rejects.toMatchObject({ kind: 'refused' });
    expect(elsewhere.received).toEqual([]);
    await elsewhere.stop();
  });

  it.each([
    ['text/html', '<html>Sign in to the hotel</html>'],
    ['application/json', '{"ok":true}'],
    ['application/json', 'null'],
    ['application/json', '{"choices":[]}'],
    ['application/json', '{"choices":'],
  ])('that sends %s with %s is unreadable', async (type, body) => {
    endpoint.behave = (response) => {
      response.writeHead(200, { 'Content-Type': type }).end(body);
    };
    await expect(ask()).rejects.toMatchObject({ kind: 'unreadable', isCharged: true });
  });

  it('that sends a long page is unreadable', async () => {
    endpoint.behave = (response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>'.repeat(30_000));
    };
    await expect(ask()).rejects.toMatchObject({ kind: 'unreadable', isCharged: true });
  });

  it.each([undefined, null, -5, 1.5, '12', 0])(
    'that charges %j tokens does not say',
    async (tokens) => {
      endpoint.behave = (response) => {
        response.setHeader('Content-Type', 'application/json');
        const content = '{"category":"Food","confidence":0.9}';
        const usage = { total_tokens: tokens };
        response.end(JSON.stringify({ choices: [{ message: { content } }], usage }));
      };
      expect(await ask()).toEqual({ categoryId: 1, confidence: 0.9, tokenCount: null });
    },
  );

  it('stops when it is told to', async () => {
    const stopping = new AbortController();
    endpoint.behave = () => stopping.abort(new Error('stopping'));
    await expect(ask(model(), stopping.signal)).rejects.toThrow('stopping');
  });
});
