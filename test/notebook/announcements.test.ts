import { expect, test } from 'vitest';
import { Announcements } from '../../src/notebook/announcements';
import { type CellEvent, type CellRuntime, IDLE, transition } from '../../src/notebook/transition';

/** A cell whose events come at given seconds; gives what is said at each. */
function cell(title = 'Training') {
  let now = 0;
  let runtime: CellRuntime = IDLE;
  const announcements = new Announcements(() => now);
  return (seconds: number, event: CellEvent) => {
    now = 1000 * seconds;
    const before = runtime;
    runtime = transition(runtime, event);
    return announcements.of('training', title, before, runtime);
  };
}

const progress = (share: number | null, run = 1) => ({ type: 'progressed', run, share, text: 'Epoch 1 of 9' }) as const;

test('a run is said when it begins, now and then, and when it ends', () => {
  const at = cell();
  expect(at(0, { type: 'queued', run: 0 })).toBeNull();
  expect(at(0, { type: 'started', run: 1 })).toBeNull();
  expect(at(0.1, progress(0.01))).toBe('Training: running');
  for (let share = 2; share < 60; share++) expect(at(share / 10, progress(share / 100))).toBeNull();
  expect(at(10.2, progress(0.6))).toBe('Training: 60 %');
  expect(at(11, progress(0.7))).toBeNull();
  expect(at(20.3, progress(null))).toBe('Training: still running');
  expect(at(24, { type: 'finished', run: 1, seconds: 24 })).toBe('Training: done in 24 s');
  expect(at(25, { type: 'invalidated' })).toBeNull();
});

test('the next run is said anew', () => {
  const at = cell();
  at(0, { type: 'started', run: 1 });
  at(0, progress(0));
  at(1, { type: 'finished', run: 1, seconds: 0.01 });
  at(2, { type: 'started', run: 2 });
  expect(at(2, progress(0, 2))).toBe('Training: running');
});

test('a failure is said with its reason, an end without a result is too', () => {
  const failing = cell('The map');
  failing(0, { type: 'started', run: 1 });
  expect(failing(1, { type: 'failed', run: 1, error: 'Expected three points, found two.' })).toBe(
    'The map failed: Expected three points, found two.',
  );
  const cancelled = cell();
  cancelled(0, { type: 'started', run: 1 });
  expect(cancelled(1, { type: 'returned', run: 1, to: IDLE })).toBe('Training: not finished');
});

test('a cell that is done at once says only that', () => {
  const at = cell('The model');
  expect(at(0, { type: 'started', run: 1 })).toBeNull();
  expect(at(0, { type: 'finished', run: 1, seconds: 0.01 })).toBe('The model: done');
});
