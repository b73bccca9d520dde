import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { own, torch } from './contenders';
import { optionsOf } from './options';
import { rows } from './registry';
import type { Runner } from './row';
import { ratioOf, tableLine } from './table';
import { byTurns } from './turns';

describe('the command line', () => {
  test('all rows and five turns by default, kept', () => {
    const { rows: all, turns, kept } = optionsOf([], rows);
    expect([all, turns.runs, kept]).toEqual([rows, 5, true]);
  });

  test('rows by name in the order of the table, turns, and a first look that is not kept', () => {
    expect(optionsOf(['K', 'T', '--runs', '7'], rows)).toMatchObject({
      rows: [{ id: 'T' }, { id: 'K' }],
      turns: { runs: 7 },
    });
    expect(optionsOf(['T', '--quick'], rows)).toMatchObject({ turns: { runs: 1 }, kept: false });
  });

  test('says what it expected', () => {
    expect(() => optionsOf(['Q'], rows)).toThrow(/^expected a row of T, K, W, .*, found “Q”$/);
    expect(() => optionsOf(['--runs', '3'], rows)).toThrow('expected 5 runs or more, found “3”');
    expect(() => optionsOf(['--fast'], rows)).toThrow('expected --runs or --quick, found “--fast”');
  });
});

test.each(rows)('row $id: its lines name works and programs that exist', ({ works, lines }) => {
  for (const { own: work, peer } of lines(4)) {
    for (const one of [work, peer]) {
      if (one?.kind === 'work') expect(Object.keys(works)).toContain(one.work);
      else if (one) expect(work.work).toBe(one.sizesOf);
      if (one?.kind === 'torch') expect(existsSync(`test/bench/peers/${one.program}`)).toBe(true);
    }
  }
});

test('rows have names of their own', () => {
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
});

describe('turns', () => {
  const runner = (name: string, calls: string[], seconds: readonly number[]): Runner => {
    let turn = 0;
    return {
      async run(asked) {
        calls.push(`${name} ${asked}`);
        if (seconds[turn] === undefined) throw new Error('broke down');
        return { seconds: seconds[turn++], units: 10 };
      },
    };
  };

  test('one after the other, first to warm up', async () => {
    const calls: string[] = [];
    const runners = new Map([
      ['a', runner('a', calls, [9, 1, 2])],
      ['b', runner('b', calls, [9, 4, 4])],
    ]);
    const outcomes = await byTurns(runners, { runs: 2, turn: 1, warmUp: 3 });
    expect(calls).toEqual(['a 3', 'b 3', 'a 1', 'b 1', 'a 1', 'b 1']);
    expect([...outcomes]).toEqual([
      ['a', { times: [0.1, 0.2] }],
      ['b', { times: [0.4, 0.4] }],
    ]);
  });

  test('who fails is left out, with the reason', async () => {
    const calls: string[] = [];
    const runners = new Map([
      ['a', runner('a', calls, [9, 1])],
      ['b', runner('b', calls, [9, 4, 4, 4])],
    ]);
    const outcomes = await byTurns(runners, { runs: 3, turn: 1, warmUp: 3 });
    expect(outcomes.get('a')).toEqual({ cannot: 'broke down' });
    expect(outcomes.get('b')).toEqual({ times: [0.4, 0.4, 0.4] });
    expect(calls.filter((call) => call.startsWith('a'))).toHaveLength(3);
  });
});

test('the ratio is the median of the turns’ ratios; a line without a peer has none', () => {
  const line = { own: own('train', 1), peer: torch('pairs.py', 'train', 1) };
  const measured = { line, own: { times: [1e-6, 2e-6, 1e-6] }, peer: { times: [4e-6, 4e-6, 3e-6] } };
  expect(ratioOf(measured)).toBeCloseTo(3);
  expect(tableLine(measured, 'pairs', 2.5)).toMatch(
    /^one thread +1\.00 M pairs\/s +PyTorch, one thread +250 k pairs\/s +3\.00 × +2\.50 ×$/,
  );
  expect(ratioOf({ ...measured, peer: { cannot: 'PyTorch is not installed' } })).toBeNull();
  expect(tableLine({ ...measured, line: { ...line, peer: null }, peer: null }, 'pairs', null)).toMatch(
    /^one thread +1\.00 M pairs\/s +no peer +– +–$/,
  );
});
