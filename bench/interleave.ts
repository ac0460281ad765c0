export interface Rounds {
  /** Not counted. */
  warmUps: number;
  repeats: number;
}

/**
 * Measures a figure and its limit in turn, the other way round every second time, so that whatever else
 * the machine does meets both. What a round needs is prepared before the clock runs.
 */
export async function interleave<Prepared>(
  { warmUps, repeats }: Rounds,
  prepare: (round: number) => Promise<Prepared> | Prepared,
  figure: (prepared: Prepared) => Promise<number>,
  limit: (prepared: Prepared) => Promise<number>,
): Promise<{ figures: number[]; limits: number[] }> {
  const figures: number[] = [];
  const limits: number[] = [];
  for (let round = 0; round < warmUps + repeats; round++) {
    const prepared = await prepare(round);
    const sides = [
      { values: figures, measure: figure },
      { values: limits, measure: limit },
    ];
    if (round % 2 === 1) sides.reverse();
    for (const { values, measure } of sides) {
      const value = await measure(prepared);
      if (round >= warmUps) values.push(value);
    }
  }
  return { figures, limits };
}
