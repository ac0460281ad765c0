/** Taken once: under Jest, each access to a global costs more than the rest of a step. */
const { exp } = Math;

/** Turns scores into probabilities, in place. */
export function softmax(scores: Float32Array): void {
  // Without the highest score, exp would overflow for large scores.
  const highest = scores[indexOfHighest(scores)] as number;
  let sum = 0;
  for (let place = 0; place < scores.length; place++) {
    const power = exp((scores[place] as number) - highest);
    scores[place] = power;
    sum += power;
  }
  for (let place = 0; place < scores.length; place++)
    scores[place] = (scores[place] as number) / sum;
}

export function indexOfHighest(values: Float32Array): number {
  let best = 0;
  for (let place = 1; place < values.length; place++)
    if ((values[place] as number) > (values[best] as number)) best = place;
  return best;
}
