import { expect, test } from 'vitest';
import { TrainingLog } from '../../src/notebook/training-log';
import type { EpochMetrics, TrainingProgress } from '../../src/training/trainer';

const ended = (epoch: number): EpochMetrics => ({
  epoch,
  loss: 1 / epoch,
  metric: 0.5,
  heldOutLoss: 2 / epoch,
  heldOutMetric: null,
});

/** A report of a run of four epochs of ten steps. */
function report(firstStep: number, losses: number, epochEnd: EpochMetrics | null = null): TrainingProgress {
  const step = firstStep + losses;
  return {
    phase: 'training',
    epoch: Math.floor(step / 10),
    epochs: 4,
    step,
    steps: 40,
    losses: new Float32Array(losses).fill(1),
    firstStep,
    heldOut: epochEnd ? [{ step, loss: epochEnd.heldOutLoss as number }] : [],
    epochEnd,
    pairsPerSecond: 0,
    secondsLeft: null,
    notice: null,
  };
}

test('epochs are kept in their order, each once it has ended', () => {
  const log = new TrainingLog();
  log.add(report(0, 10));
  log.add(report(10, 0, ended(1)));
  expect(log.epochs).toEqual([ended(1)]);
  log.add(report(10, 10));
  log.add(report(20, 0, ended(2)));
  expect(log.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
});

test('a lost device takes back the steps after its checkpoint, and no epoch before it', () => {
  const log = new TrainingLog();
  for (const epoch of [1, 2]) {
    log.add(report(10 * epoch - 10, 10));
    log.add(report(10 * epoch, 0, ended(epoch)));
  }
  log.add(report(20, 7));
  log.add(report(20, 3));
  expect(log.losses).toHaveLength(23);
  expect(log.epochs).toEqual([ended(1), ended(2)]);
  expect(log.heldOut.map(({ step }) => step)).toEqual([10, 20]);
});

test('when the checkpoint itself lies back, the epochs after it are told again', () => {
  const log = new TrainingLog();
  for (const epoch of [1, 2]) {
    log.add(report(10 * epoch - 10, 10));
    log.add(report(10 * epoch, 0, ended(epoch)));
  }
  log.add(report(10, 4));
  expect(log.epochs).toEqual([ended(1)]);
  log.add(report(14, 6));
  log.add(report(20, 0, ended(2)));
  expect(log.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  expect(log.losses).toHaveLength(20);
});
