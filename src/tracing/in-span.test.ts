import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { endAfter, inSpan, tracer } from './in-span.ts';

const exporter = new InMemorySpanExporter();
const recorded = () => exporter.getFinishedSpans().map(({ name }) => name);
const work = async () => 1;

beforeAll(() => {
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
beforeEach(() => exporter.reset());
afterAll(() => {
  trace.disable();
  context.disable();
});

describe('inSpan', () => {
  it('makes a span within a span', async () => {
    expect(await endAfter(tracer.startSpan('request'), () => inSpan('step', {}, work))).toBe(1);
    expect(recorded()).toEqual(['step', 'request']);
  });

  it('makes none outside of a span', async () => {
    expect(await inSpan('step', {}, work)).toBe(1);
    expect(recorded()).toEqual([]);
  });

  it('makes none for what a request has left running', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { step } = await endAfter(tracer.startSpan('request'), async () => ({
      step: promise.then(() => inSpan('step', {}, work)),
    }));
    resolve();
    expect(await step).toBe(1);
    expect(recorded()).toEqual(['request']);
  });

  it('ends the span of a step that throws, and throws on', async () => {
    const fail = () => Promise.reject(new TypeError('account 4711'));
    const request = () => inSpan('step', {}, fail);
    await expect(endAfter(tracer.startSpan('request'), request)).rejects.toThrow('account 4711');
    expect(recorded()).toEqual(['step', 'request']);
    for (const { attributes, events, status } of exporter.getFinishedSpans())
      expect({ attributes, events, status }).toEqual({
        attributes: { 'error.type': 'TypeError' },
        events: [],
        status: { code: 2 },
      });
  });
});
