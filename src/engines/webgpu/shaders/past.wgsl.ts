import type { ModelShape } from '../shape';

/** Steps after which what a row has still to move has come to rest: 0.9²⁰⁰ is 7·10⁻¹⁰. */
export const WINDOW = 200;

/** Deviations below this share of the mean are as good as none: the error left is a quarter of its square. */
const ALIKE = 0.01;

/**
 * Dense Adam moves every row at every step, also those without a gradient, by what their moments still
 * hold. A row with moments m and v after step t₀ moves by
 *
 *   Σ_j a_j m / (√v / p_j + ε),   a_j = rate_t β₁^j / (1 − β₁^t),   p_j = √(1 − β₂^t) / β₂^(j/2),   t = t₀ + j
 *
 * until it is looked at again. The sum over j is taken with weights a_j at two places, p̄ ± σ, the mean and
 * the deviation of p_j: right to the third order of what p_j changes while a_j falls by a tenth a step, and
 * exactly where √v dwarfs ε or ε dwarfs √v. All it takes are Σ a_j, Σ a_j p_j and Σ a_j p_j², which depend
 * on t₀ alone: each step adds a term to those of the last WINDOW steps, and a row pays for any number of
 * steps at once. A decay that is taken off the parameter (AdamW) shrinks what came before it.
 *
 * `past` holds these three sums and Σ ln(1 − decay) for each step since `first`. As engines/wasm/assembly/past.ts.
 */
export function past({ spec: { optimiser }, rest, decoupledDecay }: ModelShape): string {
  if (rest !== 'catchUp' || optimiser.kind !== 'adam') return '';
  // A moment that forgets at once has no logarithm.
  const ln = (beta: number) => `f32(${Math.log(Math.max(beta, 1e-30))})`;
  return /* wgsl */ `
// What a row has still to move: pushes at two places, what is added to √v there, and what is left of its numbers.
struct Lag {
  push: vec2f,
  soft: vec2f,
  remains: f32,
  fadeFirst: f32,
  fadeSecond: f32,
}
fn lagSince(last: u32) -> Lag {
  let gap = step.made - last;
  var lag = Lag(vec2f(), vec2f(1.0), 1.0, 1.0, 1.0);
  if (gap == 0u) {
    return lag;
  }
  let sums = past[last - step.first];
  if (sums.x > 0.0) {
    let mean = sums.y / sums.x;
    let spread = max(0.0, sums.z / sums.x - mean * mean);
    if (spread < f32(${ALIKE ** 2}) * mean * mean) {
      lag.push.x = sums.x * mean;
      lag.soft.x = f32(${optimiser.epsilon}) * mean;
    } else {
      let places = mean + vec2f(-1.0, 1.0) * min(mean, sqrt(spread));
      lag.push = 0.5 * sums.x * places;
      lag.soft = f32(${optimiser.epsilon}) * places;
      // A place at nothing pushes nothing, and divides by √v alone.
      lag.soft.x = select(lag.soft.x, f32(${optimiser.epsilon}), lag.soft.x == 0.0);
    }
  }
  lag.fadeFirst = select(exp(${ln(optimiser.beta1)} * f32(gap)), 0.0, gap > ${WINDOW}u);
  lag.fadeSecond = exp(${ln(optimiser.beta2)} * f32(gap));
  ${
    decoupledDecay > 0
      ? /* wgsl */ `
  let fallen = past[step.made - step.first].w;
  lag.remains = exp(fallen - sums.w);
  if (gap > ${WINDOW}u) {
    // What came to rest long ago has shrunk since.
    lag.push *= exp(fallen - past[last - step.first + ${WINDOW}u].w);
  }`
      : ''
  }
  return lag;
}
fn broughtUp(n: Numbers, lag: Lag) -> Numbers {
  let root = sqrt(n.second);
  let change = n.first * (lag.push.x / (root + lag.soft.x) + lag.push.y / (root + lag.soft.y));
  return Numbers(lag.remains * n.value - change, lag.fadeFirst * n.first, lag.fadeSecond * n.second);
}`;
}

/** `lag`: what `row` has still to move, if it is worked on `here`. */
export const CATCH_UP = /* wgsl */ `
  var lag = Lag();
  if (here) {
    lag = lagSince(marks[row].last);
  }`;

/** β₁^j, β₁^j / β₂^(j/2), β₁^j / β₂^j and nothing for j = 1 … WINDOW. */
export function powers(beta1: number, beta2: number): Float32Array {
  const list = new Float32Array(4 * WINDOW);
  for (let j = 1; j <= WINDOW; j++) {
    for (let part = 0; part < 3; part++) list[4 * (j - 1) + part] = beta1 ** j / beta2 ** ((j * part) / 2);
  }
  return list;
}

/** What a step adds to the past, done by the threads of one workgroup. */
export const REMEMBER = /* wgsl */ `
  let now = step.made + 1u - step.first;
  for (var back = thread + 1u; back <= min(now, ${WINDOW}u); back += THREADS) {
    let term = step.scale * vec3f(1.0, step.root, step.root * step.root) * powers[back - 1u].xyz;
    past[now - back] = vec4f((1.0 - step.shrink) * past[now - back].xyz + term, past[now - back].w);
  }
  if (thread == 0u) {
    past[now] = vec4f(0.0, 0.0, 0.0, step.decay);
  }`;
