import { beforeAll, describe, expect, test } from 'vitest';
import { createKernel } from '../../src/kernel/kernel';
import type { KernelMethods } from '../../src/kernel/protocol';
import type { Handlers } from '../../src/kernel/serve';
import { context } from '../support/calling';

// Works about animals, and works about boats: two worlds that share nothing.
const LINES = Array.from({ length: 60 }, (_, i) =>
  JSON.stringify({
    id: `w${i}`,
    title: i === 7 ? 'A duck, by itself' : `Work ${i}`,
    year: 1900 + i,
    page: `https://example.org/works/${i}`,
    picture: i % 2 ? `data:image/png;base64,AA${i}` : undefined,
    kind: i % 2 ? 'animals' : 'boats',
    subjects: Array.from({ length: 6 }, (_, s) => {
      const n = (i * 7 + s * (1 + (i % 5))) % 9;
      return i % 2
        ? { id: `a${n}`, label: n === 8 ? 'Swan' : `animal ${n}` }
        : { id: `b${n}`, label: n === 8 ? 'Swan' : `boat ${n}` };
    }),
  }),
);
const FILE = new File([LINES.join('\n')], 'works.jsonl');

describe('a session', () => {
  let kernel: Handlers<KernelMethods>;
  beforeAll(async () => {
    kernel = createKernel();
    await kernel.device({ choose: 'reference' }, context());
    await kernel.load({ files: [FILE], options: {} }, context());
    const options = { epochs: 60, dimensions: 8, batchSize: 20, dropout: 0.2, temperature: 10 };
    await kernel.train({ preset: 'cofactor-default', options }, context());
  });

  test('predictions are marked known, held out or new, and come best first', async () => {
    const found = await kernel.topK({ run: 1, side: 'row', ref: { id: 'w1' }, k: 18, known: true }, context());
    expect(found).toHaveLength(18);
    const entity = await kernel.entity({ run: 1, side: 'row', ref: { id: 'w1' } }, context());
    const held = entity.partners.filter(({ heldOut }) => heldOut).map(({ id }) => id);
    expect(held.length).toBeGreaterThan(0);
    expect(
      found
        .filter(({ status }) => status === 'heldOut')
        .map(({ id }) => id)
        .sort(),
    ).toEqual(held.sort());
    expect(found.filter(({ status }) => status === 'known').length).toBe(entity.partnerCount - held.length);
    const scores = found.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    // An animal work misses animals rather than boats.
    expect(found.slice(0, 9).every(({ id }) => id.startsWith('a'))).toBe(true);
    const fresh = await kernel.topK({ run: 1, side: 'row', ref: { id: 'w1' }, k: 18, known: false }, context());
    expect(fresh.some(({ status }) => status === 'known')).toBe(false);
  });

  test('a subject finds the works that miss it, and its neighbours', async () => {
    const works = await kernel.topK(
      { run: 1, side: 'column', ref: { label: 'animal 3' }, k: 5, known: false },
      context(),
    );
    expect(works.every(({ id }) => Number(id.slice(1)) % 2 === 1)).toBe(true);
    const near = await kernel.neighbours(
      { run: 1, side: 'column', ref: { id: 'b2' }, k: 6, metric: 'cosine' },
      context(),
    );
    expect(near.map(({ id }) => id[0])).toEqual(Array(6).fill('b'));
  });

  test('a label that two subjects share names each with its id', async () => {
    const [first, second] = await kernel.search({ side: 'column', text: 'swan', limit: 5 }, context());
    expect([first.label, second.label].sort()).toEqual(['Swan (a8)', 'Swan (b8)']);
    expect((await kernel.entity({ run: 1, side: 'column', ref: { label: 'Swan (b8)' } }, context())).id).toBe('b8');
  });

  test('search finds by part of a title, by id, and shows the most frequent without a text', async () => {
    const byTitle = await kernel.search({ side: 'row', text: 'duck', limit: 3 }, context());
    expect(byTitle.map(({ label }) => label)).toEqual(['A duck, by itself']);
    expect(byTitle[0].degree).toBe((await kernel.entity({ run: 1, side: 'row', ref: { id: 'w7' } }, context())).degree);
    expect((await kernel.search({ side: 'row', text: 'w33', limit: 3 }, context()))[0].id).toBe('w33');
    expect(await kernel.search({ side: 'column', text: ' ', limit: 4 }, context())).toHaveLength(4);
    expect(await kernel.search({ side: 'row', text: 'zebra crossing', limit: 3 }, context())).toEqual([]);
  });

  test('an entry tells its metadata, its link, and a picture that the page may show', async () => {
    const odd = await kernel.entity({ run: 1, side: 'row', ref: { index: 1 } }, context());
    expect(odd).toMatchObject({ id: 'w1', degree: 6, picture: 'data:image/png;base64,AA1' });
    expect(odd.metadata).toEqual([
      { name: 'year', value: '1901' },
      { name: 'kind', value: 'animals' },
    ]);
    expect(odd.links).toEqual([{ name: 'page', address: 'https://example.org/works/1' }]);
  });

  test('subjects can be coloured by what their works mostly are', async () => {
    const { colours, labels, degrees } = await kernel.points({ side: 'column' }, context());
    const kind = colours.find(({ name }) => name === 'most frequent kind');
    expect(kind?.kind).toBe('category');
    if (kind?.kind !== 'category') return;
    labels.forEach((label, column) => {
      if (label.startsWith('boat')) expect(kind.values[kind.codes[column]]).toBe('boats');
    });
    expect(degrees.reduce((a, b) => a + b)).toBe(
      (await kernel.points({ side: 'row' }, context())).degrees.reduce((a, b) => a + b),
    );
  });

  test('embeddings have a vector, a label and an id for each entry', async () => {
    const { count, dimensions, values, labels, ids } = await kernel.embedding({ run: 1, side: 'row' }, context());
    expect([count, dimensions, values.length, labels.length, ids[59]]).toEqual([60, 8, 480, 60, 'w59']);
    expect(Math.hypot(...values.slice(0, 8))).toBeCloseTo(1, 5);
  });

  test('a corner of the predicted matrix: random at the start, of the pairs after training', async () => {
    const separation = async (trained: boolean) => {
      const of = trained ? 1 : { preset: 'cofactor-default', options: { dimensions: 8 } };
      const { rows, columns, scores, pairs } = await kernel.scorePreview({ of, size: 100 }, context());
      expect([rows, columns, scores.length]).toEqual([60, 18, 60 * 18]);
      const known = new Set(pairs);
      const mean = (wanted: boolean) => {
        const list = [...scores].filter((_, i) => known.has(i) === wanted);
        return list.reduce((a, b) => a + b, 0) / list.length;
      };
      return mean(true) - mean(false);
    };
    expect(Math.abs(await separation(false))).toBeLessThan(2);
    expect(await separation(true)).toBeGreaterThan(4);
  });

  test('the model is measured beside the baselines', async () => {
    const { model, baselines } = await kernel.evaluate({ run: 1, k: 5, all: false }, context());
    const of = (id: string) => baselines.find((baseline) => baseline.id === id)?.ranking;
    expect(model.ranking?.recall).toBeGreaterThan(of('popular')?.recall ?? 1);
    expect(of('itemKnn')?.k).toBe(5);
    expect(model.ratings).toBeNull();
  });

  test('a name that nothing has is an error with the data’s own word', async () => {
    await expect(async () => kernel.entity({ run: 1, side: 'row', ref: { label: 'Nope' } }, context())).rejects.toThrow(
      'expected the label of a work, found “Nope”',
    );
    await expect(async () =>
      kernel.topK({ run: 1, side: 'column', ref: { index: 99 }, k: 1, known: true }, context()),
    ).rejects.toThrow('expected a subject from 0 to 17, found 99');
  });

  test('a file that fails leaves dataset and model as they were', async () => {
    const before = await kernel.embedding({ run: 1, side: 'column' }, context());
    await expect(
      kernel.load({ files: [new File(['{"id": 1'], 'broken.json')], options: {} }, context()),
    ).rejects.toThrow('broken.json');
    expect(await kernel.embedding({ run: 1, side: 'column' }, context())).toEqual(before);
  });
});

test('without a dataset or a model the kernel says what is missing', async () => {
  const kernel = createKernel();
  await expect(async () => kernel.search({ side: 'row', text: '', limit: 1 }, context())).rejects.toThrow(
    'Expected a dataset, found none',
  );
  await kernel.load({ files: [FILE], options: {} }, context());
  await expect(async () => kernel.embedding({ run: 1, side: 'row' }, context())).rejects.toThrow(
    'Expected a trained model, found none',
  );
  expect(kernel.control({ action: 'pause' }, context())).toBe(false);
});

describe('a file that comes while a model trains', () => {
  const training = async () => {
    const kernel = createKernel();
    await kernel.device({ choose: 'reference' }, context());
    await kernel.load({ files: [FILE], options: {} }, context());
    const params = { preset: 'wellcome', options: { epochs: 400, batchSize: 20 } };
    return { kernel, run: kernel.train(params, context()) };
  };

  test('and cannot be used lets the run go on to its end', async () => {
    const { kernel, run } = await training();
    const one = new File([LINES[0]], 'one.jsonl');
    await expect(kernel.load({ files: [one], options: {} }, context())).rejects.toThrow('expected at least two works');
    expect(await run).toMatchObject({ stopReason: 'done', epochs: 400 });
  });

  test('and is read to its end ends the run of what there was', async () => {
    const { kernel, run } = await training();
    const ended = expect(run).rejects.toMatchObject({ name: 'AbortError' });
    await kernel.load({ files: [new File([LINES.slice(0, 30).join('\n')], 'other.jsonl')], options: {} }, context());
    await ended;
    const again = await kernel.train({ preset: 'wellcome', options: { epochs: 1 } }, context());
    expect(again).toMatchObject({ run: 1, epochs: 1 });
  });
});
