import { describe, expect, test } from 'vitest';
import type { Engine } from '../../src/engines/engine';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { createWasmEngine } from '../../src/engines/wasm/engine';
import { loadKernels } from '../../src/engines/wasm/kernels';
import { TrainingControl } from '../../src/training/control';
import type { TrainingResult, TrainingRun } from '../../src/training/trainer';
import { CASES, DESCENT_CASES, dataFor, difference, type EngineCase } from '../engines/cases';
import { trainStill } from '../support/training';

const EPOCHS = 4;

const wasm = async () => {
  const kernels = await loadKernels(false);
  if (!kernels) throw new Error('expected WebAssembly with SIMD');
  return createWasmEngine(kernels, null);
};

function runOf(example: EngineCase, epochs: number): TrainingRun {
  return {
    model: example.spec,
    training: { ...example.training, epochs, patience: null },
    data: dataFor(example.spec),
    seed: 3,
  };
}

/** Stops as soon as a report says that so many steps are made. */
async function stopped(run: TrainingRun, engine: Engine, step: number): Promise<TrainingResult> {
  const control = new TrainingControl();
  control.pause();
  control.step();
  return trainStill(run, engine, {
    control,
    progress: (now) => {
      if (now.phase !== 'paused') return;
      if (now.step >= step) control.stop();
      else control.step();
    },
  });
}

/** Goes on with a run; `firstStep` is the first that it made. */
async function continued(run: TrainingRun, engine: Engine) {
  let firstStep: number | null = null;
  const result = await trainStill(run, engine, {
    progress: (now) => {
      if (now.losses.length > 0) firstStep ??= now.firstStep;
    },
  });
  return { result, firstStep };
}

describe.each([
  ['reference', async () => createReferenceEngine()],
  ['wasm', wasm],
] as const)('on %s', (_, open) => {
  test.each([...CASES, ...DESCENT_CASES])(
    '$name: stopped within an epoch and gone on with, as if it had not been',
    async (example) => {
      const engine = await open();
      const run = runOf(example, EPOCHS);
      const whole = await trainStill(run, engine);
      const stepsPerEpoch = whole.steps / EPOCHS;
      const half = await stopped(run, engine, Math.ceil(1.5 * stepsPerEpoch));
      expect(half).toMatchObject({ stopReason: 'stopped', epochs: 1 });
      expect(half.steps).toBeLessThan(whole.steps);
      const { result: rest, firstStep } = await continued({ ...run, from: half.continuation }, engine);
      expect(firstStep).toBe(half.steps);
      expect(rest).toMatchObject({ stopReason: 'done', epochs: EPOCHS, steps: whole.steps });
      expect(rest.history).toHaveLength(EPOCHS);
      for (const [i, { loss }] of rest.history.entries()) expect(loss).toBeCloseTo(whole.history[i].loss, 5);
      for (const [i, table] of rest.state.tables.entries()) {
        expect(difference(table.values, whole.state.tables[i].values)).toBeLessThan(1e-5);
      }
      engine.dispose();
    },
  );
});

test('more epochs on top of a run that is done are those that it would have gone on to', async () => {
  const [example] = CASES;
  const engine = createReferenceEngine();
  const short = await trainStill(runOf(example, 2), engine);
  const { result: more, firstStep } = await continued({ ...runOf(example, EPOCHS), from: short.continuation }, engine);
  expect(firstStep).toBe(short.steps);
  const whole = await trainStill(runOf(example, EPOCHS), engine);
  expect(more.state).toEqual(whole.state);
  expect(more.history).toEqual(whole.history);
});

test('a run that lost its patience is given as much of it again', async () => {
  const [example] = CASES;
  const engine = createReferenceEngine();
  const patient = (epochs: number): TrainingRun => {
    const run = runOf(example, epochs);
    // So high a rate that the held-out loss does not fall for long.
    return { ...run, training: { ...run.training, patience: 2, learningRate: 0.5 } };
  };
  const first = await trainStill(patient(40), engine);
  expect(first.stopReason).toBe('early');
  const again = await trainStill({ ...patient(80), from: first.continuation }, engine);
  expect(again.epochs).toBeGreaterThanOrEqual(first.epochs + 2);
});
