/** Drawing one value from logits: `segue.generation.sampling`, for one row. */

type Numbers = ArrayLike<number>;

/** The logarithm of the summed exponentials. */
export function logSumExp(logits: Numbers): number {
  const highest = largest(logits);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i] - highest);
  return highest + Math.log(sum);
}

/** Log-probabilities. */
export function logSoftmax(logits: Numbers): Float64Array {
  const total = logSumExp(logits);
  return Float64Array.from(logits, (logit) => logit - total);
}

/**
 * A value, by inverting the distribution function at `uniform`, in [0, 1).
 *
 * The likeliest values that together reach `topP` remain, at least one.
 */
export function draw(logits: Numbers, uniform: number, temperature: number, topP: number): number {
  const highest = largest(logits);
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - highest) / temperature));
  const order = Array.from(weights.keys()).sort((a, b) => weights[b] - weights[a] || a - b);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const kept: number[] = [];
  let sum = 0;
  for (const value of order) {
    if (kept.length > 0 && sum >= topP * total) break;
    kept.push(value);
    sum += weights[value];
  }
  const aim = uniform * sum;
  let reached = 0;
  for (const value of kept) {
    reached += weights[value];
    if (reached > aim) return value;
  }
  return kept[kept.length - 1];
}

/** Random numbers of a seed, uniform in [0, 1): SplitMix32. They are not those of Python's dice. */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    mixed ^= mixed >>> 15;
    return (mixed >>> 0) / 2 ** 32;
  };
}

function largest(numbers: Numbers): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < numbers.length; i++) highest = Math.max(highest, numbers[i]);
  return highest;
}
