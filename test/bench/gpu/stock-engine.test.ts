import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import type { Batch } from '../../../src/engines/engine';
import { createReferenceEngine } from '../../../src/engines/reference/engine';
import { initialState } from '../../../src/training/initial-state';
import { engineDataOf } from '../../../src/training/training-data';
import { generatedData, generatedRatingData } from '../works/generated';
import { assembled } from '../works/training';
import { stockEngine } from './stock-engine';

// Silences its advice.
tf.env().set('PROD', true);

const [ROWS, COLUMNS, PAIRS] = [20, 15, 80];

/** Each model that a row on a graphics processor trains, in small. */
const MODELS = [
  ['two-tower', { batchSize: 20 }, generatedData],
  ['wikipedia', { batchSize: 20 }, generatedData],
  ['wellcome', { batchSize: 8 }, generatedData],
  ['cofactor-default', {}, generatedData],
  ['biased-mf', { batchSize: 20, optimiser: 'sgd' }, generatedRatingData],
  ['biased-mf', { batchSize: 20, optimiser: 'adagrad' }, generatedRatingData],
] as const;

test.each(MODELS)('stock tfjs trains %s %o as the reference does', async (preset, options, generate) => {
  const { model, training, data, sampler } = assembled(preset, options, generate(ROWS, COLUMNS, PAIRS));
  const reference = createReferenceEngine();
  const start = () => initialState(model, ROWS, COLUMNS, 1);
  const oracle = reference.create(model, start(), engineDataOf(data));
  const stock = (await stockEngine(reference)).create(model, start(), engineDataOf(data));
  const batches: Batch[] = [0, 1, 2].flatMap((epoch) => [...sampler.epoch(epoch)]).slice(0, 3);
  for (const batch of batches) {
    stock.step(batch, training.learningRate);
    oracle.step(batch, training.learningRate);
    const [[loss], [wanted]] = [await stock.losses(), await oracle.losses()];
    expect(loss / wanted).toBeCloseTo(1, 3);
  }
  stock.dispose();
  oracle.dispose();
});

test('it is there to be stepped only', async () => {
  const { model, data } = assembled('two-tower', {}, generatedData(ROWS, COLUMNS, PAIRS));
  const engine = await stockEngine(createReferenceEngine());
  const trainer = engine.create(model, initialState(model, ROWS, COLUMNS, 1), engineDataOf(data));
  expect(() => trainer.save()).toThrow('expected steps only');
  expect(await trainer.losses()).toHaveLength(0);
  trainer.dispose();
});
