import { describe, expect, test } from 'vitest';
import { type CellEvent, type CellRuntime, IDLE, transition } from '../../src/notebook/transition';

const after = (...events: CellEvent[]): CellRuntime => events.reduce(transition, IDLE);
const started: CellEvent = { type: 'started', run: 1 };
const finished: CellEvent = { type: 'finished', run: 1, seconds: 2 };

test('from idle through queued and running to done', () => {
  expect(after({ type: 'queued', run: 0 }).status).toBe('queued');
  const running = after({ type: 'queued', run: 0 }, started, { type: 'progressed', run: 1, share: 0.5, text: 'half' });
  expect(running).toMatchObject({ status: 'running', progress: { share: 0.5, text: 'half' }, hasOutput: false });
  expect(transition(running, finished)).toEqual({
    status: 'done',
    run: 1,
    progress: null,
    error: null,
    seconds: 2,
    hasOutput: true,
  });
});

test('a change upstream makes an output stale, and what has none idle', () => {
  expect(after(started, finished, { type: 'invalidated' }).status).toBe('stale');
  expect(after(started, { type: 'invalidated' }).status).toBe('idle');
  expect(after({ type: 'queued', run: 0 }, { type: 'invalidated' }).status).toBe('queued');
});

describe('answers of an older run are dropped', () => {
  const again = after(started, finished, { type: 'started', run: 2 });
  test.each([
    [{ type: 'progressed', run: 1, share: 1, text: 'old' }],
    [{ type: 'finished', run: 1, seconds: 9 }],
    [{ type: 'failed', run: 1, error: 'old' }],
    [{ type: 'started', run: 1 }],
  ] as [CellEvent][])('%o', (event) => {
    expect(transition(again, event)).toBe(again);
  });
  test('also those of a run that a change upstream has overtaken', () => {
    const changed = after(started, { type: 'invalidated' });
    expect(transition(changed, finished)).toBe(changed);
  });
});

test('a failure keeps the old output', () => {
  const failed = after(started, finished, { type: 'started', run: 2 }, { type: 'failed', run: 2, error: 'why' });
  expect(failed).toMatchObject({ status: 'failed', error: 'why', hasOutput: true });
});

test('a cancelled run gives back the state before it', () => {
  const done = after(started, finished);
  const back = after(started, finished, { type: 'started', run: 2 }, { type: 'returned', run: 2, to: done });
  expect(back).toEqual({ ...done, run: 2 });
});

test('other data clears everything, and a late answer does not bring it back', () => {
  const cleared = after(started, { type: 'cleared' });
  expect(cleared).toMatchObject({ status: 'idle', hasOutput: false });
  expect(transition(cleared, finished)).toBe(cleared);
});
