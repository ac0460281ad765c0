export interface Rounds {
  /** Rounds that are not counted. */
  warmUps: number;
  repeats: number;
}

/**
 * Measures several things in turn, in alternating order, so that other work on the machine affects all of them. Each
 * round is prepared before the clock starts. Returns the values of each measurement.
 */
export async function takeTurns<Prepared>(
  { warmUps, repeats }: Rounds,
  prepare: (round: number) => Promise<Prepared> | Prepared,
  measures: readonly ((prepared: Prepared) => Promise<number>)[],
): Promise<number[][]> {
  const sides = measures.map((measure) => ({ measure, values: [] as number[] }));
  for (let round = 0; round < warmUps + repeats; round++) {
    const prepared = await prepare(round);
    for (const { measure, values } of round % 2 === 0 ? sides : sides.toReversed()) {
      const value = await measure(prepared);
      if (round >= warmUps) values.push(value);
    }
  }
  return sides.map(({ values }) => values);
}

/** Measures a figure and its limit in turn. */
export async function interleave<Prepared>(
  rounds: Rounds,
  prepare: (round: number) => Promise<Prepared> | Prepared,
  figure: (prepared: Prepared) => Promise<number>,
  limit: (prepared: Prepared) => Promise<number>,
): Promise<{ figures: number[]; limits: number[] }> {
  const [figures = [], limits = []] = await takeTurns(rounds, prepare, [figure, limit]);
  return { figures, limits };
}
