import { beforeAll, describe, expect, test } from 'vitest';
import { fingerprint, type ModelFile, readModel, writeModel } from '../../src/exchange/model-file';
import { createKernel } from '../../src/kernel/kernel';
import type { KernelMethods } from '../../src/kernel/protocol';
import type { Handlers } from '../../src/kernel/serve';
import { context } from '../support/calling';

const MODEL: ModelFile = {
  preset: 'two-tower',
  options: { dimensions: 2, leak: false, holdOutMethod: 'time' },
  rows: ['a', 'ü “b”', '\u{1F4DA}'],
  columns: ['x', ''],
  pairs: 'abc',
  report: { epochs: 3, history: [] },
  tables: [
    { name: 'row', shape: [3, 2], values: Float32Array.of(1, -0, 1e-42, 3.4e38, Math.fround(0.1), -7) },
    { name: 'column', shape: [2, 2], values: Float32Array.of(5, 6, 7, 8) },
    { name: 'none', shape: [0, 4], values: new Float32Array(0) },
  ],
};

const named = (blob: Blob) => ({ name: 'm.safetensors', blob });

async function bytesOf(model: ModelFile = MODEL): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await writeModel(model).arrayBuffer());
}

/** The header as another reader of the format sees it, and where the numbers begin. */
function parts(bytes: Uint8Array<ArrayBuffer>) {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  return { length, header, data: 8 + length };
}

/** The same file with another header before the same numbers. */
function withHeader(bytes: Uint8Array<ArrayBuffer>, header: unknown): Blob {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const head = new Uint8Array(8);
  new DataView(head.buffer).setBigUint64(0, BigInt(text.length), true);
  return new Blob([head, text, bytes.subarray(parts(bytes).data)]);
}

test('a model comes back as it was, to the bit', async () => {
  const back = await readModel(named(writeModel(MODEL)));
  expect(back).toEqual(MODEL);
  back.tables.forEach(({ values }, i) => {
    const bits = (array: Float32Array) => [...new Uint8Array(array.buffer, array.byteOffset, array.byteLength)];
    expect(bits(values)).toEqual(bits(MODEL.tables[i].values));
  });
});

test('the file has the safetensors layout: offsets without holes, numbers at a multiple of eight', async () => {
  const bytes = await bytesOf();
  const { header, data } = parts(bytes);
  expect(data % 8).toBe(0);
  expect(header.row).toEqual({ dtype: 'F32', shape: [3, 2], data_offsets: [0, 24] });
  expect(header.column).toEqual({ dtype: 'F32', shape: [2, 2], data_offsets: [24, 40] });
  expect(Object.values(header.__metadata__).every((value) => typeof value === 'string')).toBe(true);
  expect(JSON.parse(header.__metadata__.rows)).toEqual(MODEL.rows);
  expect(new DataView(bytes.buffer).getFloat32(data + 24, true)).toBe(5);
  expect(bytes.length).toBe(data + 40);
});

describe('a damaged file is refused, and told how', () => {
  const refused = async (blob: Blob) =>
    readModel(named(blob)).then(
      () => 'read',
      (error: Error) => `${error.name}: ${error.message}`,
    );

  test('a file of another kind', async () => {
    const other = 'DataError: m.safetensors: expected a model saved by Cofactor, found a file of another kind';
    expect(await refused(new Blob(['']))).toBe(other);
    expect(await refused(new Blob(['{"id": 1, "subjects": []}']))).toBe(other);
    expect(await refused(new Blob([new Uint8Array(4000)]))).toBe(other);
  });

  test('one that was cut off, at any place', async () => {
    const bytes = await bytesOf();
    const { data } = parts(bytes);
    for (const length of [data, data + 3, data + 24, bytes.length - 1]) {
      expect(await refused(new Blob([bytes.subarray(0, length)]))).toBe(
        `DataError: m.safetensors: expected ${bytes.length} bytes, found ${length}: the file was cut off`,
      );
    }
    expect(await refused(new Blob([bytes.subarray(0, 40)]))).toMatch(/expected a header of \d+ bytes, found 32: the/);
    for (let length = 0; length < bytes.length; length += 7) {
      expect(await refused(new Blob([bytes.subarray(0, length)]))).toMatch(/^DataError: m\.safetensors: expected /);
    }
  });

  test('one with more at its end', async () => {
    const bytes = await bytesOf();
    expect(await refused(new Blob([bytes, 'xy']))).toContain(
      `expected ${bytes.length} bytes, found ${bytes.length + 2}`,
    );
  });

  test('wrong headers', async () => {
    const bytes = await bytesOf();
    const { header } = parts(bytes);
    const about = (change: object) => ({ ...header, __metadata__: { ...header.__metadata__, ...change } });
    expect(await refused(withHeader(bytes, '{"row": '))).toContain('expected a header in JSON, found {"row": ');
    const { __metadata__: _, ...bare } = header;
    expect(await refused(withHeader(bytes, bare))).toContain('expected a model of format “cofactor-model”, version 1');
    expect(await refused(withHeader(bytes, about({ version: '2' })))).toContain('version 1, found version: 2');
    expect(await refused(withHeader(bytes, about({ rows: '["a", 3]' })))).toContain('found rows: ["a", 3]');
    expect(await refused(withHeader(bytes, about({ options: '{' })))).toContain('found options: {');
    const half = { ...header, row: { ...header.row, dtype: 'F16' } };
    expect(await refused(withHeader(bytes, half))).toContain(
      'expected a table of 32-bit floats as “row”, found {"dtype"',
    );
    const apart = { ...header, column: { ...header.column, data_offsets: [28, 44] } };
    expect(await refused(withHeader(bytes, apart))).toContain(
      'expected bytes 24 to 40 for the table “column”, found 28 to',
    );
  });

  test('numbers that are none', async () => {
    const tables = [{ name: 'row', shape: [1, 2] as const, values: Float32Array.of(1, Number.NaN) }];
    expect(await refused(writeModel({ ...MODEL, tables }))).toContain('expected only numbers in the table “row”');
  });
});

test('a fingerprint tells arrays apart by value, place and where one ends', () => {
  const of = (...lists: number[][]) => fingerprint(...lists.map((list) => Uint32Array.from(list)));
  expect(of([1, 2, 3])).toMatch(/^[0-9a-f]{16}$/);
  expect(of([1, 2, 3])).toBe(of([1, 2, 3]));
  const others = [of([1, 2]), of([1, 3, 2]), of([1], [2, 3]), of([1, 2], [3]), of([0, 1, 2, 3]), of()];
  expect(new Set([...others, of([1, 2, 3])]).size).toBe(7);
});

// Ratings of two kinds of films by two kinds of people.
const RATINGS = (people: number) =>
  [
    'user_id\titem_id\trating\ttimestamp',
    ...Array.from({ length: people }, (_, u) =>
      Array.from({ length: 8 }, (_, n) => {
        const i = (u * 5 + n * 3) % 14;
        return `u${u}\ti${i}\t${i % 2 === u % 2 ? 5 : 2}\t${1000 + u * 20 + n}`;
      }),
    ).flat(),
  ].join('\n');

async function kernelWith(people: number): Promise<Handlers<KernelMethods>> {
  const kernel = createKernel();
  await kernel.device({ choose: 'reference' }, context());
  await kernel.load({ files: [new File([RATINGS(people)], 'ratings.tsv')], options: {} }, context());
  return kernel;
}

const CASES = [
  ['cofactor-default', { epochs: 3, dimensions: 4 }],
  ['two-tower', { epochs: 3, dimensions: 4, holdOutCold: 'keep', testMinimum: 0 }],
  ['biased-mf', { epochs: 3, dimensions: 4 }],
  ['goodbooks-mf', { epochs: 2, dimensions: 4, hidden: '6', dropouts: '0', validationShare: 0.1 }],
] as const;

describe.each(CASES)('a %s model that was saved', (preset, options) => {
  let kernel: Handlers<KernelMethods>;
  let file: File;
  beforeAll(async () => {
    kernel = await kernelWith(30);
    await kernel.train({ preset, options }, context());
    file = new File([await kernel.exportModel({ run: 1 }, context())], 'model.safetensors');
  });

  test('is the same when it is opened: embeddings, predictions and what its run told', async () => {
    const fresh = await kernelWith(30);
    const report = await fresh.importModel({ file }, context());
    const [before] = await kernel.runs({}, context());
    const [after] = await fresh.runs({}, context());
    // What the optimiser kept is not in the file.
    expect(after).toEqual({ ...before, resumable: false });
    expect(report.options).toEqual(before.options);
    expect(report.history).toHaveLength(options.epochs);
    for (const side of ['row', 'column'] as const) {
      expect(await fresh.embedding({ run: 1, side }, context())).toEqual(
        await kernel.embedding({ run: 1, side }, context()),
      );
      const params = { run: 1, side, ref: { index: 3 }, k: 5, known: true };
      expect(await fresh.topK(params, context())).toEqual(await kernel.topK(params, context()));
    }
    const corner = { of: 1, size: 10 };
    expect(await fresh.scorePreview(corner, context())).toEqual(await kernel.scorePreview(corner, context()));
    const again = await readModel(named(await fresh.exportModel({ run: 1 }, context())));
    expect(again).toEqual(await readModel(named(file)));
  });

  test('opens with the names that reports had before', async () => {
    const model = await readModel(named(file));
    const { restoredEpoch, stopReason, history, ...rest } = model.report as Record<string, unknown>;
    const earlier = {
      ...rest,
      keptEpoch: restoredEpoch,
      ended: stopReason,
      history: (history as { metric: unknown; heldOutMetric: unknown }[]).map(
        ({ metric, heldOutMetric, ...epoch }) => ({
          ...epoch,
          figure: metric,
          heldOutFigure: heldOutMetric,
        }),
      ),
    };
    const fresh = await kernelWith(30);
    const report = await fresh.importModel(
      { file: new File([writeModel({ ...model, report: earlier })], 'm') },
      context(),
    );
    expect(report).toMatchObject({ restoredEpoch, stopReason, history });
    expect(stopReason).toBe('done');
  });
});

describe('a saved model is refused', () => {
  let kernel: Handlers<KernelMethods>;
  let file: File;
  beforeAll(async () => {
    kernel = await kernelWith(30);
    await kernel.train({ preset: 'two-tower', options: { epochs: 1, dimensions: 4 } }, context());
    file = new File([await kernel.exportModel({ run: 1 }, context())], 'model.safetensors');
  });
  const changed = async (change: (model: ModelFile) => ModelFile) =>
    new File([writeModel(change(await readModel({ name: 'm', blob: file })))], 'model.safetensors');
  const opening = (wrong: File) => Promise.resolve(kernel.importModel({ file: wrong }, context()));

  test('by other data, by fewer rows or by another id, and the run shown stays', async () => {
    const other = await kernelWith(29);
    await expect(other.importModel({ file }, context())).rejects.toThrow(
      'model.safetensors: expected the data that the model was trained on, with 30 users, found 29 users: open that data first',
    );
    await expect(async () => other.embedding({ run: 1, side: 'row' }, context())).rejects.toThrow('found none');
    const renamed = await changed((model) => ({ ...model, rows: ['someone', ...model.rows.slice(1)] }));
    await expect(opening(renamed)).rejects.toThrow('with the user “someone” in place 1, found the user “u0”');
    const pairs = await changed((model) => ({ ...model, pairs: '0'.repeat(16) }));
    await expect(opening(pairs)).rejects.toThrow('expected the pairs that the model was trained on, found others');
    expect(await kernel.runs({}, context())).toHaveLength(1);
  });

  test('for a preset, an option or tables that do not fit', async () => {
    await expect(opening(await changed((model) => ({ ...model, preset: 'nope' })))).rejects.toThrow(
      /^model\.safetensors: expected a preset of .*, found “nope”$/,
    );
    await expect(opening(await changed((model) => ({ ...model, options: { epochs: -1 } })))).rejects.toThrow(
      'model.safetensors: Epochs: expected a whole number from 1 to 1000, found -1',
    );
    const wider = { dimensions: 5 };
    await expect(
      opening(await changed((model) => ({ ...model, options: { ...model.options, ...wider } }))),
    ).rejects.toThrow('expected tables row 30 × 5, column 14 × 5, found row 30 × 4, column 14 × 4');
    await expect(opening(await changed((model) => ({ ...model, report: { epochs: 1 } })))).rejects.toThrow(
      'expected a report of the run, found engine missing',
    );
  });

  test('with a report or numbers beyond all bounds, before the page has to draw them', async () => {
    const reported = async (change: object) =>
      opening(await changed((model) => ({ ...model, report: { ...(model.report as object), ...change } })));
    const epoch = { epoch: 1, loss: 0.5, metric: null, heldOutLoss: null, heldOutMetric: null };
    await expect(reported({ history: Array(20_000).fill(epoch) })).rejects.toThrow(
      'model.safetensors: expected a report of the run, found history with 20000 entries',
    );
    await expect(reported({ history: [{ ...epoch, loss: -1e308 }] })).rejects.toThrow('found history.0.loss -1e+308');
    await expect(reported({ epochs: 20_000 })).rejects.toThrow('found epochs 20000');
    await expect(reported({ seconds: -1 })).rejects.toThrow('found seconds -1');
    await expect(reported({ notices: ['x'.repeat(100_000)] })).rejects.toThrow('found notices.0 xxx');
    const large = await changed((model) => ({
      ...model,
      tables: model.tables.map((table) => ({ ...table, values: table.values.map(() => 3e38) })),
    }));
    await expect(opening(large)).rejects.toThrow(
      'expected numbers that a model can work with in the table “row”, found 3',
    );
    expect(await kernel.runs({}, context())).toHaveLength(1);
  });

  test('as a file of data dropped by mistake is', async () => {
    await expect(opening(new File([RATINGS(5)], 'ratings.tsv'))).rejects.toThrow(
      'ratings.tsv: expected a model saved by Cofactor, found a file of another kind',
    );
  });
});
