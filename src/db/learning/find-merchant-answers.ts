import type { Database } from '../connection/database.ts';

/** What a language model said about a merchant. */
export interface MerchantAnswer {
  merchant: string;
  categoryId: number;
  confidence: number;
  model: string;
}

/** The answers that name a category, for those of the merchants that have one. */
export async function findMerchantAnswers(
  database: Database,
  merchants: readonly string[],
): Promise<MerchantAnswer[]> {
  return database('merchant_answers')
    .whereRaw('merchant = ANY (?::text[])', [[...merchants]])
    .whereNotNull('category_id')
    .select<MerchantAnswer[]>('merchant', 'categoryId', 'confidence', 'model');
}
