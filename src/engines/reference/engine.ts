import type { FactorSpec } from '../../models/factor';
import type { BlockInputs, Engine, EngineProbe, FactorState, FactorTrainer, StateTable } from '../engine';
import { adamStep } from './adam';
import { blockGradients, normalise, rowVectors } from './gradients';

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
    create(spec, state, size) {
      live++;
      return referenceTrainer(spec, copyState(state), size.columns, () => live--);
    },
    scorer({ dimensions: d, columns, bias, temperature }) {
      live++;
      const count = columns.length / d;
      return {
        async score(u) {
          const scores = new Float32Array((u.length / d) * count);
          for (let b = 0; b < u.length / d; b++) {
            for (let c = 0; c < count; c++) {
              let dot = 0;
              for (let i = 0; i < d; i++) dot += u[b * d + i] * columns[c * d + i];
              scores[b * count + c] = temperature * dot + (bias ? bias[c] : 0);
            }
          }
          return scores;
        },
        dispose: () => live--,
      };
    },
    liveBuffers: () => live,
    dispose: () => undefined,
  };
}

function referenceTrainer(
  spec: FactorSpec,
  start: FactorState,
  columnCount: number,
  onDispose: () => void,
): FactorTrainer {
  let state = start;
  let losses: number[] = [];
  return {
    step(block, rate) {
      const { loss, tables } = blockGradients(spec, state, block, columnCount);
      const step = state.step + 1;
      state.tables.forEach((table, i) => {
        adamStep(table, tables[i], spec.adam, step, rate);
      });
      state = { step, tables: state.tables };
      losses.push(loss);
    },
    async losses() {
      const taken = Float32Array.from(losses);
      losses = [];
      return taken;
    },
    async score(rows, inputs) {
      return scoreRows(spec, state, columnCount, rows, inputs);
    },
    async save() {
      return copyState(state);
    },
    load(next) {
      state = copyState(next);
      losses = [];
    },
    dispose: onDispose,
  };
}

function scoreRows(
  spec: FactorSpec,
  state: FactorState,
  columnCount: number,
  rows: Int32Array,
  inputs: BlockInputs | null,
): Float32Array {
  const d = spec.dimensions;
  const [rowTable, columnTable, biasTable] = state.tables;
  const { vectors } = rowVectors(spec, rowTable.values, rows, inputs);
  const v = Float64Array.from(columnTable.values);
  if (spec.score === 'cosine') normalise(v, d);
  const scores = new Float32Array(rows.length * columnCount);
  for (let b = 0; b < rows.length; b++) {
    for (let c = 0; c < columnCount; c++) {
      let dot = 0;
      for (let i = 0; i < d; i++) dot += vectors[b * d + i] * v[c * d + i];
      scores[b * columnCount + c] = spec.temperature * dot + (biasTable ? biasTable.values[c] : 0);
    }
  }
  return scores;
}

function copyState(state: FactorState): FactorState {
  return {
    step: state.step,
    tables: state.tables.map(
      (table): StateTable => ({
        ...table,
        values: table.values.slice(),
        first: table.first.slice(),
        second: table.second.slice(),
      }),
    ),
  };
}
