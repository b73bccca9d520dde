/** Adam (Kingma and Ba, 2015), dense: every parameter moves at every step. */
export interface AdamSpec {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Added to the gradient as weightDecay · parameter, in the way of PyTorch’s Adam. */
  readonly weightDecay: number;
  /** Takes rate · weightDecay · parameter off the parameter instead (AdamW; Loshchilov and Hutter, 2019). */
  readonly decoupled: boolean;
}

export const TORCH_ADAM: AdamSpec = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, decoupled: false };

/** Keras’s Adam differs in its epsilon. */
export const KERAS_ADAM: AdamSpec = { ...TORCH_ADAM, epsilon: 1e-7 };
