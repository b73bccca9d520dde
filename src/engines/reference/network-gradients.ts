import { denseShapes, joinedWidth, type NetworkSpec } from '../../models/network';
import { outputOf } from '../../models/output';
import { pairLoss } from '../../models/pair-loss';
import { dropoutMask, HIDDEN_PLACE } from '../dropout';
import type { EngineData, ModelState, PairBatch, Pairs } from '../engine';
import { type Gradients, Tables } from './tables';

interface Forward {
  readonly tables: Tables;
  readonly u: Float64Array;
  readonly v: Float64Array;
  readonly p: Float64Array | null;
  readonly q: Float64Array | null;
  /** What enters each dense layer, N × width. */
  readonly inputs: Float64Array[];
  /** Masks of the embeddings and of each hidden layer; null without dropout. */
  readonly masks: ReadonlyMap<number, Float32Array>;
  /** Hidden layers before their activation. */
  readonly hidden: Float64Array[];
  readonly z: Float64Array;
}

/** A network's last numbers for a batch, with all that the way back needs. */
export function networkForward(
  spec: NetworkSpec,
  state: ModelState,
  batch: Pairs & Pick<PairBatch, 'dropoutSeed'>,
  data: EngineData,
): Forward {
  const N = batch.rows.length;
  const [dr, dc] = [spec.rowDimensions, spec.columnDimensions];
  const tables = new Tables(state);
  const masks = new Map<number, Float32Array>();
  const drop = (values: Float64Array, chance: number, place: number) => {
    if (chance === 0 || batch.dropoutSeed === null) return;
    const mask = dropoutMask(values.length, chance, batch.dropoutSeed, place);
    masks.set(place, mask);
    for (let i = 0; i < values.length; i++) values[i] *= mask[i];
  };
  const u = tables.gather('row', batch.rows);
  const v = tables.gather('column', batch.columns);
  if (data.rowFeatures) tables.addFeatures('rowFeature', data.rowFeatures, batch.rows, u);
  if (data.columnFeatures) tables.addFeatures('columnFeature', data.columnFeatures, batch.columns, v);
  if (spec.dropoutPlace === 'each') {
    drop(v, spec.embeddingDropout, 0);
    drop(u, spec.embeddingDropout, 1);
  }
  const width = joinedWidth(spec);
  const joinedSize = width - (spec.biases ? 2 : 0);
  const joined = new Float64Array(N * joinedSize);
  for (let n = 0; n < N; n++) {
    if (spec.join === 'product') {
      for (let i = 0; i < dr; i++) joined[n * joinedSize + i] = u[n * dr + i] * v[n * dr + i];
    } else {
      for (let i = 0; i < dc; i++) joined[n * joinedSize + i] = v[n * dc + i];
      for (let i = 0; i < dr; i++) joined[n * joinedSize + dc + i] = u[n * dr + i];
    }
  }
  if (spec.dropoutPlace === 'joined') drop(joined, spec.embeddingDropout, 0);
  let entering = joined;
  if (spec.biases) {
    const rowBias = tables.gather('rowBias', batch.rows);
    const columnBias = tables.gather('columnBias', batch.columns);
    entering = new Float64Array(N * width);
    for (let n = 0; n < N; n++) {
      entering.set(joined.subarray(n * joinedSize, (n + 1) * joinedSize), n * width);
      entering[n * width + joinedSize] = rowBias[n];
      entering[n * width + joinedSize + 1] = columnBias[n];
    }
  }
  const inputs: Float64Array[] = [];
  const hidden: Float64Array[] = [];
  const shapes = denseShapes(spec);
  spec.layers.forEach(({ units, dropout }, l) => {
    inputs.push(entering);
    const before = dense(tables, l + 1, entering, shapes[l]);
    hidden.push(before);
    const after = before.map((value) => Math.max(0, value));
    drop(after, dropout, HIDDEN_PLACE + l);
    entering = after;
    if (after.length !== N * units) throw new TypeError('expected one vector for each pair');
  });
  let p: Float64Array | null = null;
  let q: Float64Array | null = null;
  if (spec.productDimensions > 0) {
    const g = spec.productDimensions;
    p = tables.gather('rowProduct', batch.rows);
    q = tables.gather('columnProduct', batch.columns);
    const last = entering.length / N;
    const wider = new Float64Array(N * (last + g));
    for (let n = 0; n < N; n++) {
      wider.set(entering.subarray(n * last, (n + 1) * last), n * (last + g));
      for (let i = 0; i < g; i++) wider[n * (last + g) + last + i] = p[n * g + i] * q[n * g + i];
    }
    entering = wider;
  }
  inputs.push(entering);
  const z = dense(tables, shapes.length, entering, shapes[shapes.length - 1]);
  return { tables, u, v, p, q, inputs, masks, hidden, z };
}

/** The network family on a batch of pairs, forward and back, written out. */
export function networkGradients(spec: NetworkSpec, state: ModelState, batch: PairBatch, data: EngineData): Gradients {
  const N = batch.rows.length;
  const { tables, u, v, p, q, inputs, masks, hidden, z } = networkForward(spec, state, batch, data);
  const { loss, logitGradients, metric } = pairLoss(z, batch.targets, spec.loss, outputOf(spec));
  const shapes = denseShapes(spec);
  const undrop = (gradient: Float64Array, place: number) => {
    const mask = masks.get(place);
    if (mask) for (let i = 0; i < gradient.length; i++) gradient[i] *= mask[i];
  };
  let back = denseBack(tables, shapes.length, inputs[shapes.length - 1], logitGradients, shapes[shapes.length - 1]);
  if (p && q) {
    const g = spec.productDimensions;
    const last = shapes[shapes.length - 1][0] - g;
    const dp = new Float64Array(N * g);
    const dq = new Float64Array(N * g);
    const rest = new Float64Array(N * last);
    for (let n = 0; n < N; n++) {
      rest.set(back.subarray(n * (last + g), n * (last + g) + last), n * last);
      for (let i = 0; i < g; i++) {
        const gradient = back[n * (last + g) + last + i];
        dp[n * g + i] = gradient * q[n * g + i];
        dq[n * g + i] = gradient * p[n * g + i];
      }
    }
    tables.scatter('rowProduct', batch.rows, dp);
    tables.scatter('columnProduct', batch.columns, dq);
    back = rest;
  }
  for (let l = spec.layers.length - 1; l >= 0; l--) {
    undrop(back, HIDDEN_PLACE + l);
    for (let i = 0; i < back.length; i++) if (hidden[l][i] <= 0) back[i] = 0;
    back = denseBack(tables, l + 1, inputs[l], back, shapes[l]);
  }
  const width = joinedWidth(spec);
  const joinedSize = width - (spec.biases ? 2 : 0);
  let joined = back;
  if (spec.biases) {
    joined = new Float64Array(N * joinedSize);
    for (let n = 0; n < N; n++) {
      joined.set(back.subarray(n * width, n * width + joinedSize), n * joinedSize);
      tables.gradient('rowBias')[batch.rows[n]] += back[n * width + joinedSize];
      tables.gradient('columnBias')[batch.columns[n]] += back[n * width + joinedSize + 1];
    }
  }
  if (spec.dropoutPlace === 'joined') undrop(joined, 0);
  const [dr, dc] = [spec.rowDimensions, spec.columnDimensions];
  const du = new Float64Array(N * dr);
  const dv = new Float64Array(N * dc);
  for (let n = 0; n < N; n++) {
    if (spec.join === 'product') {
      for (let i = 0; i < dr; i++) {
        du[n * dr + i] = joined[n * dr + i] * v[n * dr + i];
        dv[n * dr + i] = joined[n * dr + i] * u[n * dr + i];
      }
    } else {
      for (let i = 0; i < dc; i++) dv[n * dc + i] = joined[n * joinedSize + i];
      for (let i = 0; i < dr; i++) du[n * dr + i] = joined[n * joinedSize + dc + i];
    }
  }
  if (spec.dropoutPlace === 'each') {
    undrop(dv, 0);
    undrop(du, 1);
  }
  tables.scatter('row', batch.rows, du);
  tables.scatter('column', batch.columns, dv);
  if (data.rowFeatures) tables.scatterFeatures('rowFeature', data.rowFeatures, batch.rows, du);
  if (data.columnFeatures) tables.scatterFeatures('columnFeature', data.columnFeatures, batch.columns, dv);
  return { loss, metric, tables: tables.gradients };
}

/** x W + β. x: N × inputs. */
function dense(tables: Tables, layer: number, x: Float64Array, [width, units]: readonly [number, number]) {
  const weights = tables.get(`dense${layer}`).values;
  const bias = tables.get(`dense${layer}Bias`).values;
  const N = x.length / width;
  const out = new Float64Array(N * units);
  for (let n = 0; n < N; n++) {
    for (let j = 0; j < units; j++) out[n * units + j] = bias[j];
    for (let i = 0; i < width; i++) {
      const value = x[n * width + i];
      if (value === 0) continue;
      for (let j = 0; j < units; j++) out[n * units + j] += value * weights[i * units + j];
    }
  }
  return out;
}

/** Adds the gradients of a layer's weights and gives that of its input. */
function denseBack(
  tables: Tables,
  layer: number,
  x: Float64Array,
  logitGradients: Float64Array,
  [width, units]: readonly [number, number],
): Float64Array {
  const weights = tables.get(`dense${layer}`).values;
  const dw = tables.gradient(`dense${layer}`);
  const db = tables.gradient(`dense${layer}Bias`);
  const N = x.length / width;
  const back = new Float64Array(x.length);
  for (let n = 0; n < N; n++) {
    for (let j = 0; j < units; j++) db[j] += logitGradients[n * units + j];
    for (let i = 0; i < width; i++) {
      let sum = 0;
      for (let j = 0; j < units; j++) {
        const gradient = logitGradients[n * units + j];
        dw[i * units + j] += x[n * width + i] * gradient;
        sum += weights[i * units + j] * gradient;
      }
      back[n * width + i] = sum;
    }
  }
  return back;
}
