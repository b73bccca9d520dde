import { expect, test } from 'vitest';
import { runShown } from '../../src/cells/training/run-shown';

const DATA = { rows: 50, columns: 20, pairs: 400, values: null, rowFeatures: 0, columnFeatures: 0 };

test.each([
  ['cofactor-default', {}, null],
  ['two-tower', {}, 'accuracy'],
  ['two-tower', { loss: 'bpr' }, 'negatives below their pair'],
  ['two-tower', { loss: 'softmax' }, 'negatives below their pair'],
  ['wikipedia', { task: 'regression' }, 'mean absolute error'],
  ['neumf', {}, 'accuracy'],
] as const)('beside the loss of %s with %o stands: %s', (preset, options, metric) => {
  expect(runShown({ preset, options }, DATA).metric).toBe(metric);
});
