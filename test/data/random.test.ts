import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/data/random';

const draw = (random: Random, count: number) => Array.from({ length: count }, () => random.next());

describe('Random', () => {
  test('gives the same stream for the same seed', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(draw(new Random(seed), 20)).toEqual(draw(new Random(seed), 20));
      }),
    );
  });

  test('gives other streams for other seeds, small ones too', () => {
    const firsts = Array.from({ length: 500 }, (_, seed) => new Random(seed).next());
    expect(new Set(firsts).size).toBe(500);
    const mean = firsts.reduce((sum, value) => sum + value, 0) / 500;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.06);
  });

  test('next is uniform in [0, 1)', () => {
    const values = draw(new Random(11), 100_000);
    const bins = new Array<number>(10).fill(0);
    for (const value of values) bins[Math.floor(value * 10)]++;
    expect(bins.length).toBe(10);
    expect(values.filter((value) => value < 0 || value >= 1)).toEqual([]);
    // Chi-squared with 9 degrees of freedom: 27.9 is the 0.1 % point.
    const chi = bins.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chi).toBeLessThan(27.9);
  });

  test('integer stays below its bound and reaches each value', () => {
    const random = new Random(5);
    const seen = new Set(Array.from({ length: 500 }, () => random.integer(7)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(random.integer(1)).toBe(0);
  });

  test('normal has the moments of a standard normal', () => {
    const random = new Random(2024);
    const count = 200_000;
    const values = Array.from({ length: count }, () => random.normal());
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / count;
    // Five standard errors of each moment: √(1, 2, 15, 96) / √count.
    const tolerance = (variance: number) => 5 * Math.sqrt(variance / count);
    expect(Math.abs(moment(1))).toBeLessThan(tolerance(1));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(tolerance(2));
    expect(Math.abs(moment(3))).toBeLessThan(tolerance(15));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(tolerance(96));
    // Neighbours come from one draw of the polar method and must not be tied.
    const product = values.slice(1).reduce((sum, value, i) => sum + value * values[i], 0) / count;
    expect(Math.abs(product)).toBeLessThan(tolerance(1));
  });
});

describe('derive', () => {
  test('gives one stream for a seed and a purpose', () => {
    expect(draw(Random.derive(3, 'epoch', 1), 5)).toEqual(draw(Random.derive(3, 'epoch', 1), 5));
  });

  test('gives other streams for another seed, purpose or number', () => {
    const streams = [
      Random.derive(3, 'epoch', 1),
      Random.derive(4, 'epoch', 1),
      Random.derive(3, 'epoch', 2),
      Random.derive(3, 'hold-out'),
      Random.derive(3, 'epoch'),
      new Random(3),
    ];
    expect(new Set(streams.map((random) => draw(random, 3).join())).size).toBe(streams.length);
  });
});

describe('shuffle', () => {
  test('keeps the elements and returns its argument', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.integer(), (list, seed) => {
        const shuffled = Uint32Array.from(list);
        expect(new Random(seed).shuffle(shuffled)).toBe(shuffled);
        expect([...shuffled].sort()).toEqual([...list].sort());
      }),
    );
  });

  test('gives each of the six orders of three about equally often', () => {
    const random = new Random(99);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = random.shuffle([0, 1, 2]).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
