import type { Engine } from '../../../src/engines/engine';
import { createReferenceEngine } from '../../../src/engines/reference/engine';
import { own } from '../contenders';
import type { Place, Row } from '../row';
import { repeated } from '../works/repeated';

const ROWS = 256;
const COLUMNS = 2700;
const DIMENSIONS = 64;

function scoring(engine: Engine) {
  const columns = Float32Array.from({ length: COLUMNS * DIMENSIONS }, (_, i) => Math.cos(i));
  const scorer = engine.scorer({ dimensions: DIMENSIONS, columns, bias: null, temperature: 10 });
  const u = Float32Array.from({ length: ROWS * DIMENSIONS }, (_, i) => Math.sin(i));
  return repeated(ROWS * COLUMNS, () => scorer.score(u));
}

export const row: Row = {
  id: 'scoring',
  order: 9,
  title: 'scores of 256 rows × 2,700 columns, dimension 64',
  unit: 'cells',
  works: {
    score: async (place: Place) => scoring(await place.engine()),
    reference: async () => scoring(createReferenceEngine()),
  },
  lines: () => [{ own: own('score', 1), peer: own('reference', 1, 'reference engine') }],
};
