import type { Csr } from '../data/csr';
import type { EngineData } from '../engines/engine';

/** All that a run trains and is tested on. Values lie in the order of their matrix's pairs. */
export interface TrainingData {
  readonly train: Csr;
  readonly heldOut: Csr;
  readonly trainValues: Float32Array | null;
  readonly heldOutValues: Float32Array | null;
  /** How often each training pair came; null when all came once. */
  readonly trainRepeats: Uint32Array | null;
  /** Rows × features and columns × features; null where the model uses none. */
  readonly rowFeatures: Csr | null;
  readonly columnFeatures: Csr | null;
}

/** The part of it that an engine needs. */
export function engineDataOf({
  train,
  rowFeatures,
  columnFeatures,
}: Pick<TrainingData, 'train' | 'rowFeatures' | 'columnFeatures'>): EngineData {
  return { rows: train.rows, columns: train.columns, rowFeatures, columnFeatures };
}

/** Data of pairs alone. */
export function pairsOnly(train: Csr, heldOut: Csr): TrainingData {
  return {
    train,
    heldOut,
    trainValues: null,
    heldOutValues: null,
    trainRepeats: null,
    rowFeatures: null,
    columnFeatures: null,
  };
}
