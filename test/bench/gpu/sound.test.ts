import { expect, test } from 'vitest';
import { createReferenceEngine } from '../../../src/engines/reference/engine';
import { initialState } from '../../../src/training/initial-state';
import { engineDataOf } from '../../../src/training/training-data';
import { generatedData } from '../works/generated';
import { assembled } from '../works/training';
import { soundEngine } from './sound';

test('a training that breaks down, or a device that complains, gives no figure', async () => {
  const { model, data, sampler } = assembled('two-tower', {}, generatedData(20, 15, 80));
  const complaints: string[] = [];
  const trainer = soundEngine(createReferenceEngine(), complaints).create(
    model,
    initialState(model, 20, 15, 1),
    engineDataOf(data),
  );
  const step = (rate: number) => {
    for (const batch of sampler.epoch(0)) trainer.step(batch, rate);
  };
  step(0.01);
  expect(await trainer.losses()).toHaveLength(sampler.stepsPerEpoch);
  complaints.push('a buffer is too small', 'and another');
  await expect(trainer.losses()).rejects.toThrow(
    'expected a device that carries out all, found: a buffer is too small',
  );
  expect(await trainer.losses()).toHaveLength(0);
  step(Number.NaN);
  step(0.01);
  await expect(trainer.losses()).rejects.toThrow('expected losses that are numbers, found NaN');
});
