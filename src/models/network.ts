import { InputError } from '../errors';
import { type Initializer, type TableShape, ZEROS } from './initializer';
import type { OptimiserSpec } from './optimiser';

/** A dense layer, its activation and the dropout after it. */
export interface HiddenLayer {
  readonly units: number;
  readonly dropout: number;
}

/**
 * The network family as data: embeddings of a row and a column that go through dense layers.
 *
 *   h₀ = product: u ∘ v        concat: [v, u]
 *   h₀ ← dropout(h₀), with the biases b_r, b_c joined to it where asked for
 *   h_i = dropout(relu(W_i h_{i−1} + β_i))
 *   z  = W [h_n, g] + β        g = p_r ∘ q_c, the generalised product of NeuMF, where asked for
 *   prediction = output(z)
 */
export interface NetworkSpec {
  readonly family: 'network';
  readonly rowDimensions: number;
  readonly columnDimensions: number;
  readonly join: 'product' | 'concat';
  /** Where the dropout of the embeddings acts: on each before they are joined, or on what they become. */
  readonly embeddingDropout: number;
  readonly dropoutPlace: 'each' | 'joined';
  /** A number for each row and column that enters the first dense layer beside the rest. */
  readonly biases: boolean;
  /** Size of the separate vectors whose product joins the last hidden layer (NeuMF; He et al., 2017); 0 for none. */
  readonly productDimensions: number;
  readonly layers: readonly HiddenLayer[];
  readonly output: 'linear' | 'relu' | 'sigmoid';
  /** Bounds that a sigmoid output is stretched to; null for (0, 1). */
  readonly range: readonly [number, number] | null;
  readonly loss: 'bce' | 'mse';
  /** Keras’s tables have one row more, which nothing uses: ids there begin at 1. */
  readonly padding: boolean;
  readonly initializer: Initializer;
  readonly denseStart: Initializer;
  readonly denseBias: number;
  readonly rowFeatures: number;
  readonly columnFeatures: number;
  readonly optimiser: OptimiserSpec;
}

/** Numbers that enter the first dense layer. */
export function joinedWidth(spec: NetworkSpec): number {
  const joined = spec.join === 'product' ? spec.rowDimensions : spec.rowDimensions + spec.columnDimensions;
  return joined + (spec.biases ? 2 : 0);
}

/** Widths of the dense layers, input and output, the last of which gives the one number. */
export function denseShapes(spec: NetworkSpec): readonly (readonly [number, number])[] {
  const shapes: [number, number][] = [];
  let width = joinedWidth(spec);
  for (const { units } of spec.layers) {
    shapes.push([width, units]);
    width = units;
  }
  shapes.push([width + spec.productDimensions, 1]);
  return shapes;
}

/** Tables of parameters, in the order in which engines keep them. @throws InputError for a product of unequal sizes */
export function networkTables(spec: NetworkSpec, rows: number, columns: number): readonly TableShape[] {
  if (spec.join === 'product' && spec.rowDimensions !== spec.columnDimensions) {
    throw new InputError(
      `expected vectors of one size for a product, found ${spec.rowDimensions} and ${spec.columnDimensions}`,
    );
  }
  const { initializer } = spec;
  const extra = spec.padding ? 1 : 0;
  const [n, m] = [rows + extra, columns + extra];
  const tables: TableShape[] = [
    { name: 'row', shape: [n, spec.rowDimensions], initializer },
    { name: 'column', shape: [m, spec.columnDimensions], initializer },
  ];
  if (spec.biases) {
    tables.push({ name: 'rowBias', shape: [n, 1], initializer }, { name: 'columnBias', shape: [m, 1], initializer });
  }
  if (spec.productDimensions > 0) {
    tables.push(
      { name: 'rowProduct', shape: [n, spec.productDimensions], initializer },
      { name: 'columnProduct', shape: [m, spec.productDimensions], initializer },
    );
  }
  if (spec.rowFeatures > 0)
    tables.push({ name: 'rowFeature', shape: [spec.rowFeatures, spec.rowDimensions], initializer });
  if (spec.columnFeatures > 0) {
    tables.push({ name: 'columnFeature', shape: [spec.columnFeatures, spec.columnDimensions], initializer });
  }
  denseShapes(spec).forEach((shape, i) => {
    const bias = spec.denseBias === 0 ? ZEROS : ({ kind: 'constant', value: spec.denseBias } as const);
    tables.push(
      { name: `dense${i + 1}`, shape, initializer: spec.denseStart },
      { name: `dense${i + 1}Bias`, shape: [1, shape[1]], initializer: bias },
    );
  });
  return tables;
}
