import type { ModelShape } from '../shape';

/** Steps after which what a row has still to move has come to rest: 0.9²⁰⁰ is 7·10⁻¹⁰. */
const MOMENT_WINDOW_STEPS = 200;

/** Deviations below this share of the mean are as good as none: the error left is a quarter of its square. */
const NEGLIGIBLE_DEVIATION = 0.01;

/**
 * Dense Adam moves every row at every step, also those without a gradient, by what their moments still
 * hold. A row with moments m and v after step t₀ moves by
 *
 *   Σ_j a_j m / (√v / p_j + ε),   a_j = rate_t β₁^j / (1 − β₁^t),   p_j = √(1 − β₂^t) / β₂^(j/2),   t = t₀ + j
 *
 * until it is looked at again. The sum over j is taken with weights a_j at two places, p̄ ± σ, the mean and
 * the deviation of p_j: right to the third order of what p_j changes while a_j falls by a tenth a step, and
 * exactly where √v dwarfs ε or ε dwarfs √v. All it takes are Σ a_j, Σ a_j p_j and Σ a_j p_j², which depend
 * on t₀ alone: each step adds a term to those of the last MOMENT_WINDOW_STEPS steps, and a row pays for any number of
 * steps at once. A decay that is taken off the parameter (AdamW) shrinks what came before it.
 *
 * `pendingSums` holds these three sums and Σ ln(1 − decay) for each step since `first`. As engines/wasm/assembly/lazy-adam.ts.
 */
export function lazyAdam({ spec: { optimiser }, untouchedRows, decoupledDecay }: ModelShape): string {
  if (untouchedRows !== 'lazy-exact' || optimiser.kind !== 'adam') return '';
  // A moment that forgets at once has no logarithm.
  const ln = (beta: number) => `f32(${Math.log(Math.max(beta, 1e-30))})`;
  return /* wgsl */ `
// What a row has still to move: scales at two places, what is added to √v there, and what is left of its numbers.
struct PendingUpdate {
  scales: vec2f,
  epsilons: vec2f,
  retained: f32,
  mDecay: f32,
  vDecay: f32,
}
fn pendingSince(last: u32) -> PendingUpdate {
  let gap = step.made - last;
  var pending = PendingUpdate(vec2f(), vec2f(1.0), 1.0, 1.0, 1.0);
  if (gap == 0u) {
    return pending;
  }
  let sums = pendingSums[last - step.first];
  if (sums.x > 0.0) {
    let mean = sums.y / sums.x;
    let spread = max(0.0, sums.z / sums.x - mean * mean);
    if (spread < f32(${NEGLIGIBLE_DEVIATION ** 2}) * mean * mean) {
      pending.scales.x = sums.x * mean;
      pending.epsilons.x = f32(${optimiser.epsilon}) * mean;
    } else {
      let places = mean + vec2f(-1.0, 1.0) * min(mean, sqrt(spread));
      pending.scales = 0.5 * sums.x * places;
      pending.epsilons = f32(${optimiser.epsilon}) * places;
      // A place at zero has no scale, and divides by √v alone.
      pending.epsilons.x = select(pending.epsilons.x, f32(${optimiser.epsilon}), pending.epsilons.x == 0.0);
    }
  }
  pending.mDecay = select(exp(${ln(optimiser.beta1)} * f32(gap)), 0.0, gap > ${MOMENT_WINDOW_STEPS}u);
  pending.vDecay = exp(${ln(optimiser.beta2)} * f32(gap));
  ${
    decoupledDecay > 0
      ? /* wgsl */ `
  let decaySum = pendingSums[step.made - step.first].w;
  pending.retained = exp(decaySum - sums.w);
  if (gap > ${MOMENT_WINDOW_STEPS}u) {
    // What came to rest long ago has shrunk since.
    pending.scales *= exp(decaySum - pendingSums[last - step.first + ${MOMENT_WINDOW_STEPS}u].w);
  }`
      : ''
  }
  return pending;
}
fn caughtUp(n: Numbers, pending: PendingUpdate) -> Numbers {
  let root = sqrt(n.v);
  let change = n.m * (pending.scales.x / (root + pending.epsilons.x) + pending.scales.y / (root + pending.epsilons.y));
  return Numbers(pending.retained * n.value - change, pending.mDecay * n.m, pending.vDecay * n.v);
}`;
}

/** `pending`: what `row` has still to move, if it is worked on `here`. */
export const CATCH_UP = /* wgsl */ `
  var pending = PendingUpdate();
  if (here) {
    pending = pendingSince(marks[row].last);
  }`;

/** β₁^j, β₁^j / β₂^(j/2), β₁^j / β₂^j and nothing for j = 1 … MOMENT_WINDOW_STEPS. */
export function powers(beta1: number, beta2: number): Float32Array {
  const list = new Float32Array(4 * MOMENT_WINDOW_STEPS);
  for (let j = 1; j <= MOMENT_WINDOW_STEPS; j++) {
    for (let part = 0; part < 3; part++) list[4 * (j - 1) + part] = beta1 ** j / beta2 ** ((j * part) / 2);
  }
  return list;
}

/** What a step adds to the past, done by the threads of one workgroup. */
export const RECORD_STEP = /* wgsl */ `
  let now = step.made + 1u - step.first;
  for (var back = thread + 1u; back <= min(now, ${MOMENT_WINDOW_STEPS}u); back += THREADS) {
    let term = step.scale * vec3f(1.0, step.root, step.root * step.root) * powers[back - 1u].xyz;
    pendingSums[now - back] = vec4f((1.0 - step.decayShare) * pendingSums[now - back].xyz + term, pendingSums[now - back].w);
  }
  if (thread == 0u) {
    pendingSums[now] = vec4f(0.0, 0.0, 0.0, step.decay);
  }`;
