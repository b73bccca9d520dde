import { describe, expect, test } from 'vitest';
import type { Engine, EngineProbe, PairBatch } from '../../src/engines/engine';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { probeCpu } from '../../src/engines/tfjs/engine';
import { selfCheck } from '../../src/engines/tfjs/self-check';
import { touchedRows } from '../../src/engines/touched-rows';
import { updatesTouchedRowsOnly } from '../../src/models/optimiser';
import {
  batchesOf,
  CASES,
  compare,
  DESCENT_CASES,
  difference,
  engineData,
  FACTOR_CASES,
  NETWORK_CASES,
  start,
} from './cases';

const PROBES: [string, EngineProbe][] = [['cpu', probeCpu]];

/** Cases in which only what a batch has moves. */
const SPARSE = CASES.filter(({ spec }) => updatesTouchedRowsOnly(spec.optimiser));

describe.each(PROBES)('tfjs on %s', (name, probe) => {
  const open = async (): Promise<Engine> => {
    const found = await probe();
    if (!('engine' in found)) throw new Error(found.missing);
    expect(found.engine.description.engine).toBe(name);
    return found.engine;
  };

  test.each(CASES)('$name: steps as the reference does', async (example) => {
    const engine = await open();
    const tested = engine.create(example.spec, start(example), engineData(example.spec));
    const oracle = createReferenceEngine().create(example.spec, start(example), engineData(example.spec));
    const batches = batchesOf(example);
    const { losses, metrics, tables, steps } = await compare(tested, oracle, batches, example.training.learningRate);
    expect(steps).toBeGreaterThanOrEqual(16);
    expect(losses).toBeLessThan(2e-4);
    expect(metrics).toBeLessThan(1e-3);
    for (const { apart, kept } of tables) {
      expect(apart).toBeLessThan(5e-3);
      expect(kept).toBeLessThan(5e-3);
    }
    tested.dispose();
  });

  test('models whose parameters move after each pair are refused, with the reason', async () => {
    const engine = await open();
    for (const example of DESCENT_CASES) {
      expect(engine.refuses(example.spec)).toContain('has to wait for the one before it');
      expect(() => engine.create(example.spec, start(example), engineData(example.spec))).toThrow(RangeError);
    }
    for (const { spec } of CASES) expect(engine.refuses(spec)).toBeNull();
  });

  test('no tensor is left behind by steps, scores, saving and loading', async () => {
    const engine = await open();
    const example = FACTOR_CASES[3];
    const before = engine.liveBuffers();
    const trainer = engine.create(example.spec, start(example), engineData(example.spec));
    const held = engine.liveBuffers();
    for (const block of batchesOf(example)) {
      trainer.step(block, 0.01);
      await trainer.losses();
    }
    await trainer.score(Int32Array.of(0, 1), onlyTwoRows());
    trainer.load(await trainer.save());
    expect(engine.liveBuffers()).toBe(held);
    trainer.dispose();
    const scorer = engine.scorer({ dimensions: 2, columns: Float32Array.of(1, 0, 0, 1), bias: null, temperature: 2 });
    await scorer.score(Float32Array.of(3, 4));
    scorer.dispose();
    expect(engine.liveBuffers()).toBe(before);
  });

  test.each([FACTOR_CASES[8], FACTOR_CASES[11], NETWORK_CASES[1], NETWORK_CASES[2]])(
    '$name: a predictor says of pairs what the trainer and the reference say, and leaves no tensor',
    async (example) => {
      const engine = await open();
      const before = engine.liveBuffers();
      const trainer = engine.create(example.spec, start(example), engineData(example.spec));
      const batches = batchesOf(example, 2) as PairBatch[];
      for (const batch of batches) trainer.step(batch, 0.01);
      const { tables } = await trainer.save();
      const predictor = engine.predictor(example.spec, tables, engineData(example.spec));
      const oracle = createReferenceEngine().predictor(example.spec, tables, engineData(example.spec));
      const said = await predictor.logits(batches[0]);
      expect(said).toHaveLength(batches[0].rows.length);
      expect(new Set(said).size).toBeGreaterThan(10);
      expect(difference(said, await trainer.logits(batches[0]))).toBe(0);
      expect(difference(said, await oracle.logits(batches[0]))).toBeLessThan(1e-4);
      predictor.dispose();
      trainer.dispose();
      expect(engine.liveBuffers()).toBe(before);
    },
  );

  test('scores are temperature times the product, plus the bias', async () => {
    const engine = await open();
    const columns = {
      dimensions: 2,
      columns: Float32Array.of(1, 0, 0, 1, 1, 1),
      bias: Float32Array.of(10, 20, 30),
      temperature: 2,
    };
    const u = Float32Array.of(3, 4, -1, 0.5);
    const tested = engine.scorer(columns);
    expect([...(await tested.score(u))]).toEqual([16, 28, 44, 8, 21, 29]);
    const oracle = createReferenceEngine().scorer(columns);
    expect(difference(await tested.score(u), await oracle.score(u))).toBe(0);
    tested.dispose();
  });

  test('the same start gives the same bits', async () => {
    const engine = await open();
    const example = FACTOR_CASES[3];
    const run = async () => {
      const trainer = engine.create(example.spec, start(example), engineData(example.spec));
      for (const block of batchesOf(example)) trainer.step(block, 0.05);
      const { tables } = await trainer.save();
      trainer.dispose();
      return tables.map(({ values }) => values);
    };
    expect(await run()).toEqual(await run());
  });

  test.each([FACTOR_CASES[2], ...SPARSE])('$name: a saved state goes on as if nothing had been', async (example) => {
    const engine = await open();
    const blocks = batchesOf(example);
    const whole = engine.create(example.spec, start(example), engineData(example.spec));
    for (const block of blocks) whole.step(block, 0.05);
    const first = engine.create(example.spec, start(example), engineData(example.spec));
    for (const block of blocks.slice(0, 7)) first.step(block, 0.05);
    const second = engine.create(example.spec, await first.save(), engineData(example.spec));
    for (const block of blocks.slice(7)) second.step(block, 0.05);
    expect((await second.save()).tables).toEqual((await whole.save()).tables);
    for (const trainer of [whole, first, second]) trainer.dispose();
  });

  test.each(SPARSE)(
    '$name: what the batch does not have stays as it is, to the bit, and no tensor is left',
    async (example) => {
      const engine = await open();
      const before = start(example);
      const trainer = engine.create(example.spec, before, engineData(example.spec));
      const held = engine.liveBuffers();
      const [batch] = batchesOf(example, 1);
      trainer.step(batch, example.training.learningRate);
      await trainer.losses();
      await trainer.metrics();
      const { tables } = await trainer.save();
      trainer.load({ step: 1, tables });
      expect(engine.liveBuffers()).toBe(held);
      trainer.dispose();
      let resting = 0;
      tables.forEach(({ name, shape: [count, d], values }, t) => {
        const touched = touchedRows(name, batch);
        for (let row = 0; row < count; row++) {
          const at = (list: Float32Array) => list.subarray(row * d, (row + 1) * d);
          if (touched && !touched.includes(row)) {
            resting++;
            expect(at(values)).toEqual(at(before.tables[t].values));
          } else if (touched) {
            expect(at(values)).not.toEqual(at(before.tables[t].values));
          }
        }
      });
      expect(resting).toBeGreaterThan(20);
    },
  );

  test('passes the self-check', async () => {
    expect(await selfCheck(await open())).toBeNull();
  });
});

test('the self-check finds an engine whose gradients are wrong', async () => {
  const right = createReferenceEngine();
  const wrong: Engine = {
    ...right,
    create: (...args) => {
      const trainer = right.create(...args);
      return {
        ...trainer,
        step: (batch, rate) =>
          trainer.step(
            batch.kind === 'block' ? { ...batch, positiveRows: batch.positiveRows.map(() => 0) } : batch,
            rate,
          ),
      };
    },
  };
  expect(await selfCheck(wrong)).toMatch(/its gradients are wrong \(off by 0\.\d+ in a self-check\)/);
});

function onlyTwoRows() {
  const [block] = batchesOf(FACTOR_CASES[3], 1);
  const inputs = block.kind === 'block' ? block.inputs : null;
  if (!inputs) throw new Error('expected a block with inputs');
  const kept = [...inputs.pairRows.keys()].filter((p) => inputs.pairRows[p] < 2);
  return {
    columns: inputs.columns,
    pairRows: Int32Array.from(kept, (p) => inputs.pairRows[p]),
    pairColumns: Int32Array.from(kept, (p) => inputs.pairColumns[p]),
    weights: Float32Array.from(kept, (p) => inputs.weights[p]),
  };
}
