import { BestColumns, topByRows } from '../best-columns';
import { DeviceLostError, type ItemScorer, type ScoredColumns } from '../engine';
import { Buffers } from './buffers';
import { DeviceWatch } from './device-watch';
import type { WebgpuHost } from './model';
import { vec4sPerRow } from './shaders/block-cells.wgsl';
import { blockScoresKernel, tilesOf } from './shaders/block-scores.wgsl';
import { vec4Count } from './shape';
import { Submissions } from './submissions';

/** Columns that rows are multiplied with at a time, and rows at a time: their scores come back in one copy. */
const COLUMNS = 8192;
const ROWS = 256;

/**
 * Keeps the column vectors on the device and multiplies blocks of rows with them, by the kernel that scores the blocks
 * of a step.
 */
export function createWebgpuScorer(scored: ScoredColumns, host: WebgpuHost): ItemScorer {
  const { dimensions: d, bias, temperature, unknown } = scored;
  const { device, life, pipelines, bounds } = host;
  const alive = () => {
    const reason = life.lost();
    if (reason !== null) throw new DeviceLostError(reason);
  };
  alive();
  const count = scored.columns.length / d;
  // A bias stands behind its vector, and a 1 behind that of a row.
  const length = 4 * vec4Count(bias ? d + 1 : d);
  const buffers = new Buffers(device, life, bounds.bindingBytes);
  const columnsAtOnce = Math.max(1, Math.min(COLUMNS, Math.floor(bounds.partBytes / (4 * length))));
  const rows = buffers.storage('vectors of rows', 4 * length * ROWS);
  const scores = buffers.storage('scores', 16 * vec4sPerRow(Math.min(count, columnsAtOnce)) * ROWS);
  const submissions = new Submissions(buffers, pipelines, 1);
  const kernel = blockScoresKernel(length / 4);
  const watch = new DeviceWatch(device);
  const blockOf = (_: unknown, i: number) => {
    const first = i * columnsAtOnce;
    const size = Math.min(columnsAtOnce, count - first);
    const part = scored.columns.subarray(first * d, (first + size) * d);
    const ends = bias?.subarray(first, first + size) ?? null;
    const columns = buffers.keep('vectors of columns', padded(part, d, length, temperature, ends));
    return { first, size, command: pipelines.command(kernel, tilesOf, { rows, columns, scores }) };
  };
  const blocks = watch.over(() => Array.from({ length: Math.ceil(count / columnsAtOnce) }, blockOf));

  /** Scores of at most `ROWS` rows against a block, row by row. */
  const multiply = async (u: Float32Array, { size, command }: (typeof blocks)[number]): Promise<Float32Array> => {
    alive();
    await watch.sound();
    const blockRows = u.length / d;
    buffers.write(rows, 0, padded(u, d, length, 1, bias && new Float32Array(blockRows).fill(1)));
    submissions.submit([command], [{ blockRows, columnEntries: size }]);
    const width = 4 * vec4sPerRow(size);
    const found = new Float32Array(await buffers.read(scores, 0, 4 * blockRows * width));
    if (width === size) return found;
    const own = new Float32Array(blockRows * size);
    for (let b = 0; b < blockRows; b++) own.set(found.subarray(b * width, b * width + size), b * size);
    return own;
  };

  return {
    async score(u) {
      const all = new Float32Array((u.length / d) * count);
      for (let start = 0; start < u.length / d; start += ROWS) {
        const part = u.subarray(start * d, (start + ROWS) * d);
        for (const block of blocks) {
          const found = await multiply(part, block);
          for (let b = 0; b < part.length / d; b++) {
            all.set(found.subarray(b * block.size, (b + 1) * block.size), (start + b) * count + block.first);
          }
        }
      }
      return all;
    },
    top: (u, k, skip) =>
      topByRows({ u, dimensions: d, columns: count, k, skip }, ROWS, async (part, own) => {
        const best = new BestColumns(part.length / d, k, { columns: count, skip: own, unknown });
        for (const block of blocks) best.take(await multiply(part, block), block.first, block.size);
        return best.result();
      }),
    dispose: () => buffers.dispose(),
  };
}

/** Vectors of d numbers times a factor, each with a number of its own behind it where there are such, in `length` numbers. */
function padded(vectors: Float32Array, d: number, length: number, factor: number, ends: Float32Array | null) {
  const count = vectors.length / d;
  const list = new Float32Array(count * length);
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < d; i++) list[n * length + i] = factor * vectors[n * d + i];
    if (ends) list[n * length + d] = ends[n];
  }
  return list;
}
