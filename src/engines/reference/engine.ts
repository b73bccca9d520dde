import { InputError } from '../../errors';
import { updatesPerPair, updatesTouchedRowsOnly } from '../../models/optimiser';
import type { ModelSpec } from '../../models/spec';
import { BestColumns } from '../best-columns';
import type {
  Batch,
  BlockInputs,
  Engine,
  EngineData,
  EngineProbe,
  ItemScorer,
  ModelState,
  ModelTrainer,
  Pairs,
  ScoredColumns,
  StateTable,
} from '../engine';
import { touchedRows } from '../touched-rows';
import { blockGradients } from './block-gradients';
import { descend } from './descent';
import { networkForward, networkGradients } from './network-gradients';
import { optimiserStep } from './optimisers';
import { pairGradients, pairScores } from './pair-gradients';
import type { Gradients } from './tables';
import { columnVectors, rowVectors, tablesOf } from './vectors';

/** Plain TypeScript: slow, exact, everywhere. The oracle of the other engines. */
export const probe: EngineProbe = async () => ({ engine: createReferenceEngine() });

export function createReferenceEngine(): Engine {
  let live = 0;
  return {
    description: {
      engine: 'reference',
      adapter: 'TypeScript',
      reason: 'Plain TypeScript on one processor core; it is chosen for checking, not for speed.',
    },
    refuses: () => null,
    create(spec, state, data) {
      live++;
      return referenceTrainer(spec, copyState(state), data, () => live--);
    },
    predictor(spec, tables, data) {
      live++;
      const none = new Float32Array(0);
      const state = { step: 0, tables: tables.map((table) => ({ ...table, m: none, v: none })) };
      return { logits: async (pairs) => logitsOf(spec, state, pairs, data), dispose: () => live-- };
    },
    scorer(columns) {
      live++;
      return referenceScorer(columns, () => live--);
    },
    liveBuffers: () => live,
    dispose: () => undefined,
  };
}

/** Columns whose scores are there at a time while the best are looked for. */
const COLUMNS_PER_TILE = 4096;

function referenceScorer(
  { dimensions: d, columns, bias, temperature, unknown }: ScoredColumns,
  onDispose: () => void,
): ItemScorer {
  const count = columns.length / d;
  /** Scores against the columns from..to. */
  const scoresOf = (u: Float32Array, from: number, to: number) => {
    const scores = new Float32Array((u.length / d) * (to - from));
    let at = 0;
    for (let start = 0; start < u.length; start += d) {
      for (let c = from; c < to; c++) {
        let dot = 0;
        for (let i = 0; i < d; i++) dot += u[start + i] * columns[c * d + i];
        scores[at++] = temperature * dot + (bias ? bias[c] : 0);
      }
    }
    return scores;
  };
  return {
    async score(u) {
      return scoresOf(u, 0, count);
    },
    async top(u, k, skip) {
      const best = new BestColumns(u.length / d, k, { columns: count, skip, unknown });
      for (let from = 0; from < count; from += COLUMNS_PER_TILE) {
        const to = Math.min(count, from + COLUMNS_PER_TILE);
        best.take(scoresOf(u, from, to), from, to - from);
      }
      return best.result();
    },
    dispose: onDispose,
  };
}

function referenceTrainer(spec: ModelSpec, start: ModelState, data: EngineData, onDispose: () => void): ModelTrainer {
  let state = start;
  let losses: number[] = [];
  let metrics: number[] = [];
  return {
    step(batch, rate) {
      const { loss, metric } = stepOf(spec, state, batch, rate, data);
      state = { step: state.step + 1, tables: state.tables };
      losses.push(loss);
      if (batch.kind === 'pairs') metrics.push(metric);
    },
    async losses() {
      const taken = Float32Array.from(losses);
      losses = [];
      return taken;
    },
    async metrics() {
      const taken = Float32Array.from(metrics);
      metrics = [];
      return taken;
    },
    async score(rows, inputs) {
      return scoreRows(spec, state, data, rows, inputs);
    },
    async logits(pairs) {
      return logitsOf(spec, state, pairs, data);
    },
    async save() {
      return copyState(state);
    },
    load(next) {
      state = copyState(next);
      losses = [];
      metrics = [];
    },
    dispose: onDispose,
  };
}

/** Moves the parameters of a state in place. */
function stepOf(
  spec: ModelSpec,
  state: ModelState,
  batch: Batch,
  rate: number,
  data: EngineData,
): { loss: number; metric: number } {
  const { optimiser } = spec;
  if (updatesPerPair(optimiser)) {
    if (spec.family !== 'factor' || batch.kind !== 'pairs') {
      throw new InputError('expected a factor model and a batch of pairs where each pair moves parameters');
    }
    return descend(spec, optimiser, state, batch, rate);
  }
  const gradients = gradientsOf(spec, state, batch, data);
  state.tables.forEach((table, i) => {
    const rows = updatesTouchedRowsOnly(optimiser) ? touchedRows(table.name, batch) : null;
    optimiserStep(table, gradients.tables[i], optimiser, state.step + 1, rate, rows);
  });
  return gradients;
}

function gradientsOf(spec: ModelSpec, state: ModelState, batch: Batch, data: EngineData): Gradients {
  if (batch.kind === 'block') {
    if (spec.family !== 'factor') throw new InputError('expected a batch of pairs for a network, found a block');
    return blockGradients(spec, state, batch, data);
  }
  return spec.family === 'factor'
    ? pairGradients(spec, state, batch, data)
    : networkGradients(spec, state, batch, data);
}

/** Last numbers of a model of either family for pairs; see `ModelTrainer.logits`. */
function logitsOf(spec: ModelSpec, state: ModelState, pairs: Pairs, data: EngineData): Float32Array {
  const { z } =
    spec.family === 'network'
      ? networkForward(spec, state, { ...pairs, dropoutSeed: null }, data)
      : pairScores(spec, state, pairs, data);
  return Float32Array.from(z);
}

function scoreRows(
  spec: ModelSpec,
  state: ModelState,
  { columns: columnCount, rowFeatures, columnFeatures }: EngineData,
  rows: Int32Array,
  inputs: BlockInputs | null,
): Float32Array {
  if (spec.family !== 'factor') throw new InputError('expected a factor model to score, found a network');
  const d = spec.dimensions;
  const tables = tablesOf(state);
  const { vectors } = rowVectors(spec, tables, rows, inputs, rowFeatures);
  const all = Int32Array.from({ length: columnCount }, (_, c) => c);
  const v = columnVectors(spec, tables, all, columnFeatures).vectors;
  const rowBias = tables.find('rowBias')?.values;
  const columnBias = tables.find('columnBias')?.values;
  const scores = new Float32Array(rows.length * columnCount);
  for (let b = 0; b < rows.length; b++) {
    for (let c = 0; c < columnCount; c++) {
      let dot = 0;
      for (let i = 0; i < d; i++) dot += vectors[b * d + i] * v[c * d + i];
      scores[b * columnCount + c] =
        spec.temperature * dot + spec.offset + (rowBias ? rowBias[rows[b]] : 0) + (columnBias ? columnBias[c] : 0);
    }
  }
  return scores;
}

function copyState(state: ModelState): ModelState {
  return {
    step: state.step,
    tables: state.tables.map(
      (table): StateTable => ({
        ...table,
        values: table.values.slice(),
        m: table.m.slice(),
        v: table.v.slice(),
      }),
    ),
  };
}
