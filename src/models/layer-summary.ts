import type { FactorSpec } from './factor';
import { denseShapes, joinedWidth, type NetworkSpec } from './network';
import { outputOf } from './output';
import { type ModelSpec, tableShapes } from './spec';

/** One step from a pair to its prediction, as Keras’s `summary()` lists them. */
export interface LayerRow {
  /** Each once in a summary; {row}, {rows}, {column} and {columns} stand for what the data calls its sides. */
  readonly name: string;
  /** What it does, in one word. */
  readonly kind: 'input' | 'embedding' | 'dense' | 'dropout' | 'mean' | 'sum' | 'product' | 'join' | 'score' | 'curve';
  /** Numbers that come out for each pair. */
  readonly output: number;
  /** Numbers that training adjusts in it. */
  readonly parameters: number;
  /** Names of the layers that go into it. */
  readonly from: readonly string[];
}

/**
 * The layers of a model, each after those that go into it. Their parameters add up to `parameterCount`.
 * @throws InputError for a product of unequal sizes
 */
export function layerSummary(spec: ModelSpec, rows: number, columns: number): readonly LayerRow[] {
  const layers = new Layers(new Map(tableShapes(spec, rows, columns).map(({ name, shape }) => [name, shape])));
  if (spec.family === 'factor') factorLayers(spec, layers);
  else networkLayers(spec, layers);
  return layers.list;
}

/** Grows a summary; parameters are those of the tables that a layer names. */
class Layers {
  readonly list: LayerRow[] = [];

  constructor(private readonly shapes: ReadonlyMap<string, readonly [number, number]>) {}

  /** Gives the name, for the layers that come after. */
  add(name: string, kind: LayerRow['kind'], output: number, from: readonly string[], ...tables: string[]): string {
    const size = (table: string) => {
      const shape = this.shapes.get(table);
      if (!shape) throw new TypeError(`expected a table of ${[...this.shapes.keys()].join(', ')}, found “${table}”`);
      return shape[0] * shape[1];
    };
    this.list.push({ name, kind, output, from, parameters: tables.reduce((sum, table) => sum + size(table), 0) });
    return name;
  }

  /** The vector of a side: its own, and the vectors of what is known of it added to it. */
  vector(side: 'row' | 'column', input: string, size: number, features: boolean): string {
    const own = this.add(`vector of the {${side}}`, 'embedding', size, [input], side);
    if (!features) return own;
    const known = this.add(`vectors of the {${side}}’s features`, 'embedding', size, [input], `${side}Feature`);
    return this.add(`{${side}} with features`, 'sum', size, [own, known]);
  }

  dropout(of: string, share: number, output: number): string {
    return share > 0 ? this.add(`dropout of ${of}`, 'dropout', output, [of]) : of;
  }
}

function factorLayers(spec: FactorSpec, layers: Layers): void {
  const d = spec.dimensions;
  const pooled = spec.rowVector === 'pooled';
  const row = layers.add(pooled ? '{columns} of the {row}' : '{row}', 'input', 1, []);
  const column = layers.add('{column}', 'input', 1, []);
  const u = pooled
    ? layers.add('mean for the {row}', 'mean', d, [
        layers.add('input vector of each {column}', 'embedding', d, [row], 'input'),
      ])
    : layers.vector('row', row, d, spec.rowFeatures > 0);
  const v = layers.vector('column', column, d, spec.columnFeatures > 0);
  const parts = [layers.add(spec.score === 'cosine' ? 'cosine' : 'dot product', 'score', 1, [u, v])];
  if (spec.rowBias) parts.push(layers.add('bias of the {row}', 'embedding', 1, [row], 'rowBias'));
  if (spec.columnBias) parts.push(layers.add('bias of the {column}', 'embedding', 1, [column], 'columnBias'));
  let last = parts[0];
  if (parts.length > 1 || spec.offset !== 0) last = layers.add('score', 'sum', 1, parts);
  if (spec.link === 'affine') last = layers.add('weight and shift', 'dense', 1, [last], 'link');
  if (spec.loss === 'softmax') layers.add('share among the {columns}', 'curve', 1, [last]);
  else outputLayer(spec, layers, last);
}

function networkLayers(spec: NetworkSpec, layers: Layers): void {
  const row = layers.add('{row}', 'input', 1, []);
  const column = layers.add('{column}', 'input', 1, []);
  let u = layers.vector('row', row, spec.rowDimensions, spec.rowFeatures > 0);
  let v = layers.vector('column', column, spec.columnDimensions, spec.columnFeatures > 0);
  if (spec.dropoutPlace === 'each') {
    v = layers.dropout(v, spec.embeddingDropout, spec.columnDimensions);
    u = layers.dropout(u, spec.embeddingDropout, spec.rowDimensions);
  }
  const width = joinedWidth(spec) - (spec.biases ? 2 : 0);
  let last =
    spec.join === 'product'
      ? layers.add('product', 'product', width, [v, u])
      : layers.add('both vectors', 'join', width, [v, u]);
  if (spec.dropoutPlace === 'joined') last = layers.dropout(last, spec.embeddingDropout, width);
  if (spec.biases) {
    last = layers.add('with both biases', 'join', width + 2, [
      last,
      layers.add('bias of the {row}', 'embedding', 1, [row], 'rowBias'),
      layers.add('bias of the {column}', 'embedding', 1, [column], 'columnBias'),
    ]);
  }
  spec.layers.forEach(({ units, dropout }, i) => {
    const name = layers.add(`dense ${i + 1}`, 'dense', units, [last], `dense${i + 1}`, `dense${i + 1}Bias`);
    last = layers.dropout(name, dropout, units);
  });
  const shapes = denseShapes(spec);
  if (spec.productDimensions > 0) {
    const g = spec.productDimensions;
    const product = layers.add('product of the factors', 'product', g, [
      layers.add('factors of the {row}', 'embedding', g, [row], 'rowProduct'),
      layers.add('factors of the {column}', 'embedding', g, [column], 'columnProduct'),
    ]);
    last = layers.add('dense layers and product', 'join', shapes[shapes.length - 1][0], [last, product]);
  }
  const n = shapes.length;
  outputLayer(spec, layers, layers.add(`dense ${n}`, 'dense', 1, [last], `dense${n}`, `dense${n}Bias`));
}

/** What comes after the last number, where anything does. */
function outputLayer(spec: ModelSpec, layers: Layers, last: string): void {
  const { curve, range } = outputOf(spec);
  if (curve === 'relu') layers.add('rectified', 'curve', 1, [last]);
  if (curve === 'sigmoid') {
    layers.add(range ? `sigmoid from ${range[0]} to ${range[1]}` : 'sigmoid', 'curve', 1, [last]);
  }
}
