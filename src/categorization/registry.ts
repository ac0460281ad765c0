import { LlmCategorizer } from './llm/llm-categorizer.ts';
import { MemoryCategorizer } from './memory/memory-categorizer.ts';
import { ModelCategorizer } from './model/model-categorizer.ts';
import { DatabaseCategorizer } from './patterns/database-categorizer.ts';
import type { TransactionCategorizer } from './transaction-categorizer.ts';

/** All categorizers, in the order in which they are heard. A further one is a line here. */
export const categorizers: readonly TransactionCategorizer[] = [
  new MemoryCategorizer(),
  new DatabaseCategorizer(),
  new ModelCategorizer(),
  new LlmCategorizer(),
];
