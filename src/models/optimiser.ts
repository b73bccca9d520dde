/** How gradients move parameters. */
export type OptimiserSpec = AdamSpec | AdagradSpec | SgdSpec;

/** Adam (Kingma and Ba, 2015). */
export interface AdamSpec {
  readonly kind: 'adam';
  /**
   * false: every parameter moves at every step, as its moments have it, in the batch or not.
   * true: rows of tables that the batch does not have stay as they are (lazy Adam). Another optimiser, not a faster one.
   */
  readonly lazy: boolean;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Added to the gradient as weightDecay · parameter, in the way of PyTorch’s Adam. */
  readonly weightDecay: number;
  /** Takes rate · weightDecay · parameter off the parameter instead (AdamW; Loshchilov and Hutter, 2019). */
  readonly decoupled: boolean;
}

/**
 * batch: parameters move once a step, by the gradient of the batch's mean loss. pair: they move after each pair of the
 * batch, by the gradient of its own loss, one pair after another (as stochastic gradient descent was meant; Koren, Bell
 * and Volinsky, 2009). A step is then so many pairs that have one learning rate.
 */
type UpdateGranularity = 'batch' | 'pair';

/** Adagrad (Duchi, Hazan and Singer, 2011): rows that the batch does not have stay as they are. */
export interface AdagradSpec {
  readonly kind: 'adagrad';
  readonly updates: UpdateGranularity;
  readonly epsilon: number;
  /** Added to the gradient of rows in the batch as weightDecay · parameter. */
  readonly weightDecay: number;
}

/** Plain gradient descent: rows that the batch does not have stay as they are. */
export interface SgdSpec {
  readonly kind: 'sgd';
  readonly updates: UpdateGranularity;
  /** Added to the gradient of rows in the batch as weightDecay · parameter. */
  readonly weightDecay: number;
}

export const TORCH_ADAM: AdamSpec = {
  kind: 'adam',
  lazy: false,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  decoupled: false,
};

/** Keras’s Adam differs in its epsilon. */
export const KERAS_ADAM: AdamSpec = { ...TORCH_ADAM, epsilon: 1e-7 };

/** PyTorch’s Adagrad. */
export const TORCH_ADAGRAD: AdagradSpec = { kind: 'adagrad', updates: 'batch', epsilon: 1e-10, weightDecay: 0 };

/** Gradient descent, and nothing else. */
export const PLAIN_DESCENT: SgdSpec = { kind: 'sgd', updates: 'batch', weightDecay: 0 };

/** Whether parameters move after each pair. */
export function updatesPerPair(
  optimiser: OptimiserSpec,
): optimiser is (AdagradSpec | SgdSpec) & { readonly updates: 'pair' } {
  return optimiser.kind !== 'adam' && optimiser.updates === 'pair';
}

/** Whether rows of a table that the batch does not have stay as they are. Tables of features, links and layers always move. */
export function updatesTouchedRowsOnly(optimiser: OptimiserSpec): boolean {
  return optimiser.kind !== 'adam' || optimiser.lazy;
}

/** Numbers that the optimiser keeps for each parameter: Adam’s two moments, Adagrad’s sum of squares. */
export function momentsOf(optimiser: OptimiserSpec): { m: boolean; v: boolean } {
  return { m: optimiser.kind === 'adam', v: optimiser.kind !== 'sgd' };
}
