import type { Learned } from '../chain/learn-from-rows.ts';
import type { Acceptance } from './acceptance.ts';

/** Everything that the categorizers of one training need to answer, and to know when they may. */
export interface LearnedVersion extends Learned {
  acceptance: Acceptance;
}
