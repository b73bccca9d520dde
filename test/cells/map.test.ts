import { describe, expect, test } from 'vitest';
import { categoryGroups } from '../../src/cells/map/categories';
import { cornerView, inView, labelAnnotations, wholeView } from '../../src/cells/map/labels';
import type { MapOutput } from '../../src/notebook/store';
import { CATEGORY_COLOURS, CATEGORY_SHAPES, OTHER_COLOUR } from '../../src/ui/palette';
import type { Colours } from '../../src/ui/useColours';

describe('categories', () => {
  test('of a list the first part counts, and spaces around it do not', () => {
    const values = ['Drama|War', ' Drama', 'War|Drama', '|War'];
    expect(categoryGroups(values, [0, 1, 2, -1, 3, 2, 0])).toEqual([
      { kind: 'value', name: 'Drama', positions: [0, 1, 6] },
      { kind: 'value', name: 'War', positions: [2, 5] },
      { kind: 'unknown', name: 'not known', positions: [3, 4] },
    ]);
  });

  test('the ten most frequent, then all others together; a value named “other” stays its own', () => {
    const values = Array.from({ length: 13 }, (_, i) => (i === 0 ? 'other' : `v${i}`));
    // Value i occurs 20 − i times.
    const codes = values.flatMap((_, i) => Array<number>(20 - i).fill(i));
    const groups = categoryGroups(values, codes);
    expect(groups.map(({ name }) => name)).toEqual([...values.slice(0, 10), 'other']);
    expect(groups.map(({ kind }) => kind)).toEqual([...Array(10).fill('value'), 'other']);
    expect(groups[10].positions).toHaveLength(10 + 9 + 8);
    expect(groups.flatMap(({ positions }) => positions).sort((a, b) => a - b)).toEqual(codes.map((_, i) => i));
  });

  test('each of ten has a colour and a shape of its own, and none the colour of the others', () => {
    expect(new Set(CATEGORY_COLOURS).size).toBe(10);
    expect(new Set(CATEGORY_SHAPES).size).toBe(10);
    expect(CATEGORY_COLOURS).not.toContain(OTHER_COLOUR);
  });
});

describe('colours', () => {
  /** Machado, Oliveira and Fernandes (2009), severity 1: what linear red, green and blue become. */
  const VISION: Record<string, readonly (readonly number[])[]> = {
    full: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    protanopia: [
      [0.152286, 1.052583, -0.204868],
      [0.114503, 0.786281, 0.099216],
      [-0.003882, -0.048116, 1.051998],
    ],
    deuteranopia: [
      [0.367322, 0.860646, -0.227968],
      [0.280085, 0.672501, 0.047413],
      [-0.01182, 0.04294, 0.968881],
    ],
    tritanopia: [
      [1.255528, -0.076749, -0.178779],
      [-0.078411, 0.930809, 0.147602],
      [0.004733, 0.691367, 0.3039],
    ],
  };
  const linear = (hex: string) =>
    [1, 3, 5].map((at) => {
      const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
  /** Oklab (Ottosson, 2020). */
  const oklab = ([r, g, b]: number[]) => {
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return [
      0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    ];
  };
  const luminance = (hex: string) => {
    const [r, g, b] = linear(hex);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };

  test.each(Object.entries(VISION))('can be told apart with %s', (_, matrix) => {
    const seen = CATEGORY_COLOURS.map((hex) => {
      const rgb = linear(hex);
      return oklab(matrix.map((row) => Math.min(1, Math.max(0, row[0] * rgb[0] + row[1] * rgb[1] + row[2] * rgb[2]))));
    });
    for (let a = 0; a < seen.length; a++) {
      for (let b = 0; b < a; b++) {
        // A just noticeable difference is about 0.02.
        expect(Math.hypot(...seen[a].map((part, i) => part - seen[b][i]))).toBeGreaterThan(0.07);
      }
    }
  });

  test('stand out from the background in both themes', () => {
    for (const hex of CATEGORY_COLOURS) {
      for (const background of ['#fdfcfa', '#151413']) {
        const [light, dark] = [luminance(hex), luminance(background)].sort((a, b) => b - a);
        expect((light + 0.05) / (dark + 0.05)).toBeGreaterThan(1.9);
      }
    }
  });
});

describe('labels', () => {
  const COLOURS = { ink: '#000', accent: '#f00', faint: '#888', font: 'sans' } as Colours;
  const SIZE = { width: 900, height: 500 };

  /** A grid of points, the first of which has the most pairs. */
  function gridMap(side: number): MapOutput {
    const count = side * side;
    return {
      side: 'row',
      method: 'umap',
      x: Float32Array.from({ length: count }, (_, n) => n % side),
      y: Float32Array.from({ length: count }, (_, n) => Math.floor(n / side)),
      indices: null,
      variance: null,
      quality: null,
      settled: true,
      points: {
        count,
        labels: Array.from({ length: count }, (_, n) => `work number ${n}`),
        degrees: Uint32Array.from({ length: count }, (_, n) => count - n),
        colours: [],
      },
    };
  }

  test('the corner holds the point and most of its neighbours, not the one that lies far off', () => {
    const map = gridMap(20);
    const whole = wholeView(map, SIZE);
    const near = [211, 209, 190, 230, 231, 229, 191, 189, 212, 399];
    const corner = cornerView(map, 210, near, whole);
    expect(corner.scale).toBeGreaterThan(4 * whole.scale);
    expect(inView(map, 210, corner)).toBe(true);
    expect(near.filter((position) => inView(map, position, corner))).toEqual(near.slice(0, 9));
    expect(near.every((position) => inView(map, position, whole))).toBe(true);
  });

  test('points in one place make a corner of some size', () => {
    const map = gridMap(3);
    map.x.fill(1, 0, 4);
    map.y.fill(1, 0, 4);
    const corner = cornerView(map, 0, [1, 2, 3], wholeView(map, SIZE));
    expect(Number.isFinite(corner.scale)).toBe(true);
  });

  test('the selected point and all ten neighbours have their names, which do not cover each other', () => {
    const map = gridMap(30);
    const near = [466, 464, 435, 495, 436, 434, 496, 494, 467, 463];
    const view = wholeView(map, SIZE);
    const labels = labelAnnotations(map, { selected: 465, wanted: near, frequent: true }, view, COLOURS);
    const texts = labels.map(({ text }) => text);
    expect(texts[0]).toBe('work number 465');
    for (const position of near) expect(texts).toContain(`work number ${position}`);
    expect(texts.length).toBeGreaterThan(20);
    expect(new Set(texts).size).toBe(texts.length);
    const boxes = labels.map(({ x, y, ax, ay, yshift, showarrow, text }) => ({
      x: ((x as number) - view.x) * view.scale + (showarrow ? (ax as number) : 0),
      y: -((y as number) - view.y) * view.scale + (showarrow ? (ay as number) : -(yshift as number)),
      width: (text as string).length * 6,
    }));
    for (let a = 0; a < boxes.length; a++) {
      for (let b = 0; b < a; b++) {
        const apart =
          Math.abs(boxes[a].y - boxes[b].y) >= 14 ||
          Math.abs(boxes[a].x - boxes[b].x) >= (boxes[a].width + boxes[b].width) / 2;
        expect(apart, `${texts[a]} and ${texts[b]}`).toBe(true);
      }
    }
  });

  test('only the wanted ones, when others are not asked for', () => {
    const map = gridMap(12);
    const choice = { selected: null, wanted: [0, 50, 143], frequent: false };
    const labels = labelAnnotations(map, choice, wholeView(map, SIZE), COLOURS);
    expect(labels.map(({ text }) => text)).toEqual(['work number 0', 'work number 50', 'work number 143']);
  });
});
