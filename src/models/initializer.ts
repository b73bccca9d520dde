import type { Random } from '../data/random';

/** How the numbers of a table are drawn before the first step. */
export type Initializer =
  /** N(0, scale²). */
  | { readonly kind: 'normal'; readonly scale: number }
  /** Uniform in [−scale, scale]. */
  | { readonly kind: 'uniform'; readonly scale: number }
  /** Uniform in ±√(6 / (inputs + outputs)) (Glorot and Bengio, 2010), the default of Keras’s dense layers. */
  | { readonly kind: 'glorot' }
  | { readonly kind: 'constant'; readonly value: number };

export const ZEROS: Initializer = { kind: 'constant', value: 0 };

/** A table of parameters: its name, its size and its start. */
export interface TableShape {
  readonly name: string;
  readonly shape: readonly [number, number];
  readonly initializer: Initializer;
}

/** Draws the start values of a table, row by row. */
export function initialize({ shape: [rows, columns], initializer }: TableShape, random: Random): Float32Array {
  const values = new Float32Array(rows * columns);
  switch (initializer.kind) {
    case 'constant':
      return values.fill(initializer.value);
    case 'normal':
      for (let i = 0; i < values.length; i++) values[i] = initializer.scale * random.normal();
      return values;
    case 'uniform':
    case 'glorot': {
      const scale = initializer.kind === 'uniform' ? initializer.scale : Math.sqrt(6 / (rows + columns));
      for (let i = 0; i < values.length; i++) values[i] = scale * (2 * random.next() - 1);
      return values;
    }
    default:
      return initializer satisfies never;
  }
}
