import { describe, expect, test } from 'vitest';
import { inspect, type LoadProgress, load } from '../../src/data/load';
import { fileOf, jsonLines, loadContent, pairsOf } from '../support/loading';
import { task } from '../support/task';

const works = (from: number, count: number) =>
  jsonLines(...Array.from({ length: count }, (_, i) => ({ id: `w${from + i}`, tags: [`t${(from + i) % 7}`, 'all'] })));

/** A file that is read in several chunks: one for each part. */
const inParts = (text: string) =>
  new Blob([0, 1, 2, 3].map((i) => text.slice((i * text.length) / 4, ((i + 1) * text.length) / 4)));

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (cause: unknown) => cause,
  );
}

describe('aborting', () => {
  const file = { name: 'works.jsonl', blob: inParts(works(0, 500)) };

  test('by a signal that was given before leaves an AbortError', async () => {
    const error = await errorOf(load([file], {}, task({ signal: AbortSignal.abort() })));
    expect(error).toMatchObject({ name: 'AbortError' });
  });

  test('while a file is read stops before its end', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const progress = ({ bytes }: LoadProgress) => {
      seen.push(bytes);
      if (seen.length === 2) controller.abort();
    };
    const error = await errorOf(load([file], {}, task({ signal: controller.signal, progress })));
    expect(error).toMatchObject({ name: 'AbortError' });
    expect(seen.length).toBe(2);
    expect(seen[1]).toBeLessThan(file.blob.size);
  });

  test('with a reason leaves that reason', async () => {
    const reason = new Error('the cell was run again');
    expect(await errorOf(load([file], {}, task({ signal: AbortSignal.abort(reason) })))).toBe(reason);
  });
});

describe('several files', () => {
  test('are read one after another into one matrix, by the mapping of the first', async () => {
    const files = [fileOf('a.jsonl', works(0, 10)), fileOf('b.jsonl', works(8, 10)), fileOf('c.jsonl', works(18, 2))];
    const { summary } = await load(files, {}, task());
    expect([summary.name, summary.rows, summary.columns, summary.pairs]).toEqual(['a.jsonl and 2 more', 20, 8, 40]);
    expect([summary.mergedRows, summary.duplicatePairs]).toEqual([2, 4]);
    expect(summary.bytes).toBe(files.reduce((sum, { blob }) => sum + blob.size, 0));
  });

  test('keep works apart that have no id', async () => {
    const text = jsonLines({ tags: ['a'] }, { tags: ['b'] });
    const { summary } = await load([fileOf('a.jsonl', text), fileOf('b.jsonl', text)], {}, task());
    expect([summary.rows, summary.mergedRows]).toEqual([4, 0]);
  });

  test('report each rejection with its own file', async () => {
    const files = [fileOf('a.jsonl', `${works(0, 2)}{\n`), fileOf('b.jsonl', `${works(5, 1)}{\n`)];
    const { summary } = await load(files, {}, task());
    expect(summary.rejections.map(({ file, line }) => [file, line])).toEqual([
      ['a.jsonl', 3],
      ['b.jsonl', 2],
    ]);
  });
});

describe('progress', () => {
  test('runs up to the bytes of all files, with what was found so far', async () => {
    const files = [0, 400].map((from) => ({ name: `from-${from}.jsonl`, blob: inParts(works(from, 400)) }));
    const seen: LoadProgress[] = [];
    await load(files, {}, task({ progress: (progress) => seen.push(progress) }));
    const total = files[0].blob.size + files[1].blob.size;
    expect(new Set(seen.map(({ totalBytes }) => totalBytes))).toEqual(new Set([total]));
    expect(seen.at(-1)?.bytes).toBe(total);
    for (const key of ['bytes', 'rows', 'columns', 'pairs'] as const) {
      const values = seen.map((progress) => progress[key]);
      expect(values).toEqual([...values].sort((a, b) => a - b));
    }
    // The last chunk is told of before it is read.
    expect(seen.at(-1)?.rows).toBeGreaterThan(600);
    expect(seen.at(-1)?.columns).toBe(8);
  });

  test('time is taken from the clock that is given', async () => {
    let now = 1000;
    const { summary } = await load(
      [fileOf('a.jsonl', works(0, 3))],
      {},
      task({
        clock: () => now,
        progress: () => {
          now = 3500;
        },
      }),
    );
    expect(summary.seconds).toBe(2.5);
  });
});

describe('a mapping that is given', () => {
  test('is used instead of the one that would be found', async () => {
    const text = jsonLines({ id: 'w1', tags: ['a'], genres: ['x', 'y'] }, { id: 'w2', tags: ['b'], genres: ['y'] });
    const { mapping } = await inspect([fileOf('works.jsonl', text)]);
    const chosen = { ...mapping, list: 'genres[]' } as typeof mapping;
    const loaded = await loadContent('works.jsonl', text, { mapping: chosen });
    expect(pairsOf(loaded)).toEqual({ w1: ['x', 'y'], w2: ['y'] });
    expect(loaded.mapping).toEqual(chosen);
  });
});
