import { describe, expect, test } from 'vitest';
import { rateAt, type Schedule } from '../../src/models/schedule';

const RATE = 0.1;
/** Rates of a run of ten epochs of twenty steps. */
const PER_EPOCH = 20;
const STEPS = 200;
const at = (schedule: Schedule, step: number) => rateAt({ learningRate: RATE, schedule }, step, STEPS, PER_EPOCH);
const curve = (schedule: Schedule) => Array.from({ length: STEPS }, (_, step) => at(schedule, step));

test('constant stays, linear falls to zero after the last step', () => {
  expect(new Set(curve({ kind: 'constant' }))).toEqual(new Set([RATE]));
  expect(at({ kind: 'linear' }, 0)).toBe(RATE);
  expect(at({ kind: 'linear' }, 100)).toBeCloseTo(RATE / 2, 12);
  expect(at({ kind: 'linear' }, STEPS)).toBe(0);
});

describe('cosine with restarts', () => {
  const schedule: Schedule = { kind: 'cosine-restarts', period: 2, floor: 0.1 };
  test('begins anew at the rate every period', () => {
    const highest = curve(schedule).flatMap((rate, step) => (rate === RATE ? [step] : []));
    expect(highest).toEqual([0, 40, 80, 120, 160]);
  });
  test('is half-way down in the middle of a period, and near its floor at the end', () => {
    expect(at(schedule, 20)).toBeCloseTo(RATE * 0.55, 12);
    expect(at(schedule, 39)).toBeCloseTo(RATE * 0.1, 3);
    expect(Math.min(...curve(schedule))).toBeGreaterThan(RATE * 0.1);
  });
  test('falls between two restarts', () => {
    const part = curve(schedule).slice(40, 80);
    expect(part).toEqual(part.toSorted((a, b) => b - a));
  });
  test('of a period shorter than a step still has a rate', () => {
    expect(curve({ ...schedule, period: 0.001 }).every((rate) => rate === RATE)).toBe(true);
  });
});

describe('triangles', () => {
  test.each([
    ['triangular', { kind: 'triangular', period: 4, peak: 5 }, [1, 1]],
    ['triangular2', { kind: 'triangular2', period: 4, peak: 5 }, [1, 1 / 2]],
    ['exp-range', { kind: 'exp-range', period: 4, peak: 5, gamma: 0.9 }, [0.9 ** 2, 0.9 ** 6]],
  ] as const)('%s turns in the middle of each period, at its height', (_, schedule, heights) => {
    expect(at(schedule, 0)).toBe(RATE);
    // A quarter of the way through, half of what is added at the peak.
    const quarter = schedule.kind === 'exp-range' ? 0.9 : 1;
    expect(at(schedule, 20)).toBeCloseTo(RATE * (1 + 4 * 0.5 * quarter), 12);
    expect(at(schedule, 40)).toBeCloseTo(RATE * (1 + 4 * heights[0]), 12);
    expect(at(schedule, 80)).toBeCloseTo(RATE, 12);
    expect(at(schedule, 120)).toBeCloseTo(RATE * (1 + 4 * heights[1]), 12);
    expect(at(schedule, 160)).toBeCloseTo(RATE, 12);
  });
});

test('one cycle: from rate/25 up to the rate in a quarter of the run, down to rate/100,000', () => {
  const rates = Array.from({ length: 201 }, (_, step) =>
    rateAt({ learningRate: RATE, schedule: { kind: 'one-cycle' } }, step, 201, PER_EPOCH),
  );
  expect(rates[0]).toBeCloseTo(RATE / 25, 12);
  expect(rates[25]).toBeCloseTo((RATE / 25 + RATE) / 2, 12);
  expect(rates.indexOf(Math.max(...rates))).toBe(50);
  expect(rates[50]).toBeCloseTo(RATE, 12);
  expect(rates[125]).toBeCloseTo((RATE + RATE / 1e5) / 2, 12);
  expect(rates[200]).toBeCloseTo(RATE / 1e5, 15);
});

test('one cycle of a single step is a rate', () => {
  const rate = rateAt({ learningRate: RATE, schedule: { kind: 'one-cycle' } }, 0, 1, 1);
  expect(rate).toBeCloseTo(RATE / 25, 12);
});
