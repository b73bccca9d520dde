import { at, plan, planFloat } from './memory';
import { exp4, ln, madd, splat } from './numbers';
import { Plan, Rest, WINDOW } from './plan';

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
 */
export function rememberStep(step: i32, rate: f32): void {
  if (plan(Plan.Rest) !== Rest.CatchUp) return;
  const first = plan(Plan.FirstStep);
  const now = step - first;
  const past = at(Plan.PastAt);
  const shrink = <f64>rate * <f64>planFloat(Plan.DecoupledDecay);
  if (shrink !== 0) {
    const decay = at(Plan.DecayAt);
    store<f64>(decay + ((<usize>now) << 3), load<f64>(decay + ((<usize>(now - 1)) << 3)) + ln(1 - shrink));
  }
  const scale = <f32>(<f64>rate / (1 - power(<f64>planFloat(Plan.Beta1), step)));
  const root = <f32>Math.sqrt(1 - power(<f64>planFloat(Plan.Beta2), step));
  let weights = splat(scale);
  weights = f32x4.replace_lane(weights, 1, scale * root);
  weights = f32x4.replace_lane(weights, 2, scale * root * root);
  const kept = splat(<f32>(1 - shrink));
  let place = past + ((<usize>max(0, now - WINDOW)) << 4);
  const end = past + ((<usize>now) << 4);
  let term = at(Plan.PowersAt) + ((<usize>(max(0, now - WINDOW) - now + WINDOW)) << 4);
  while (place < end) {
    v128.store(place, madd(weights, v128.load(term), f32x4.mul(kept, v128.load(place))));
    place += 16;
    term += 16;
  }
  v128.store(end, splat(0));
}

/** x^n for a whole n. */
export function power(x: f64, n: i32): f64 {
  let result: f64 = 1;
  let square = x;
  for (let rest = n; rest > 0; rest >>= 1) {
    if (rest & 1) result *= square;
    square *= square;
  }
  return result;
}

/** The last result of `quickPower`: a loop that uses the number itself would be compiled to reckon it anew each time. */
let powered: f32 = 1;

/** x^n for x in (0, 1), to single precision. */
export function quickPower(lnX: f32, n: i32): f32 {
  powered = f32x4.extract_lane(exp4(splat(lnX * <f32>n)), 0);
  return powered;
}
