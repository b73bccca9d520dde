import type { Random } from '../data/random';

/** How the numbers of a table are drawn before the first step. */
export type Start =
  /** N(0, scale²). */
  | { readonly kind: 'normal'; readonly scale: number }
  /** Uniform in [−scale, scale]. */
  | { readonly kind: 'uniform'; readonly scale: number }
  /** Uniform in ±√(6 / (inputs + outputs)) (Glorot and Bengio, 2010), the default of Keras’s dense layers. */
  | { readonly kind: 'glorot' }
  | { readonly kind: 'constant'; readonly value: number };

export const ZEROS: Start = { kind: 'constant', value: 0 };

/** A table of parameters: its name, its size and its start. */
export interface TableShape {
  readonly name: string;
  readonly shape: readonly [number, number];
  readonly start: Start;
}

/** Draws the start values of a table, row by row. */
export function drawStart({ shape: [rows, columns], start }: TableShape, random: Random): Float32Array {
  const values = new Float32Array(rows * columns);
  switch (start.kind) {
    case 'constant':
      return values.fill(start.value);
    case 'normal':
      for (let i = 0; i < values.length; i++) values[i] = start.scale * random.normal();
      return values;
    case 'uniform':
    case 'glorot': {
      const scale = start.kind === 'uniform' ? start.scale : Math.sqrt(6 / (rows + columns));
      for (let i = 0; i < values.length; i++) values[i] = scale * (2 * random.next() - 1);
      return values;
    }
    default:
      return start satisfies never;
  }
}
