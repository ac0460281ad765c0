import { startApiSide } from './api-side.ts';
import type { Case } from './case.ts';
import { type Pipeline, startPipeline } from './gateway-side.ts';
import { makeKeys } from './keys.ts';
import { type Outcome, run, type Side } from './side.ts';

export interface Sides<Of> {
  api: Of;
  gateway: Of;
}

/** API and gateway with what is behind them, which take the same requests. */
export interface BothSides {
  database: Pipeline['database'];
  /** Starts one of each with these limits. */
  start(limits: Record<string, number>): Promise<Sides<Side>>;
  stop(): Promise<void>;
}

export async function startBothSides(): Promise<BothSides> {
  const keys = makeKeys();
  const pipeline = await startPipeline(keys);
  const started: { stop(): Promise<void> }[] = [];
  return {
    database: pipeline.database,
    async start(limits) {
      const api = await startApiSide(keys, limits);
      started.push(api);
      const gateway = await pipeline.startGateway(limits);
      started.push(gateway);
      return { api, gateway };
    },
    async stop() {
      await Promise.all(started.map((side) => side.stop()));
      await pipeline.stop();
    },
  };
}

/** What comes of each case, step by step, on one side and the other. */
export async function runBoth(
  { api, gateway }: Sides<Side>,
  cases: readonly Case[],
): Promise<Map<Case, Sides<Outcome>[]>> {
  const ofApi = await run(api, cases);
  const ofGateway = await run(gateway, cases);
  return new Map(
    cases.map((each, index) => [
      each,
      each.steps.map((_, step) => ({
        api: ofApi[index]?.[step] as Outcome,
        gateway: ofGateway[index]?.[step] as Outcome,
      })),
    ]),
  );
}
