import { own, torch } from '../contenders';
import type { Line, Row } from '../row';
import { row as cofactorDefault } from '../rows/default';
import { row as growth } from '../rows/growth';
import { row as ratings, trainRatings } from '../rows/ratings';
import { largeModel, row as size } from '../rows/size';
import { row as twoTower } from '../rows/two-tower';
import { row as wellcome } from '../rows/wellcome';
import { row as wikipedia } from '../rows/wikipedia';
import { TrainingWork } from '../works/training';

/** A row of `npm run bench`, and what differs on a graphics processor. */
interface GpuRow {
  readonly row: Row;
  /** The program of PyTorch for it. */
  readonly program: string;
  /** Names of the works, where there are several. */
  readonly names?: Readonly<Record<string, string>>;
  /** In the place of the row's own. */
  readonly works?: Row['works'];
}

const ROWS: readonly GpuRow[] = [
  { row: twoTower, program: 'pairs.py' },
  { row: wikipedia, program: 'cosine_pairs.py' },
  { row: wellcome, program: 'blocks.py' },
  { row: cofactorDefault, program: 'pooled_blocks.py' },
  {
    row: { ...ratings, title: 'biased factors of ratings, 6,040 × 3,706, dimension 32, batches of 8,192' },
    program: 'biased_factors.py',
    names: { sgd: 'WebGPU, SGD', adagrad: 'WebGPU, Adagrad' },
    // Rating by rating is no work for a graphics processor.
    works: { sgd: trainRatings('sgd'), adagrad: trainRatings('adagrad') },
  },
  {
    row: growth,
    program: 'pairs.py',
    names: Object.fromEntries(
      Object.keys(growth.works).map((rows) => [rows, `WebGPU, ${Number(rows).toLocaleString('en')} rows`]),
    ),
  },
  {
    row: { ...size, title: 'a large model: 1,000,000 × 130,000, 5 M pairs, dimension 32, 8,192 × (1 + 4), Adam' },
    program: 'pairs.py',
    // What the processor's engine holds is measured by ending it, and here all works have one device.
    works: { train: async (place) => new TrainingWork(await place.engine(), largeModel()) },
  },
];

const BY_STOCK = ' by stock tfjs';

/** Whether the place has to lend a work stock tfjs in the place of this app's engine. */
export function isByStock(work: string): boolean {
  return work.endsWith(BY_STOCK);
}

/** The rows that are measured on a graphics processor; `cuda` tells whether PyTorch has one too. */
export function rowsOnGpu(cuda: boolean): readonly Row[] {
  return ROWS.map((one) => onGpu(one, cuda));
}

/** Each work beside PyTorch, and beside the same work by stock tfjs. */
function onGpu({ row, program, names = {}, works = row.works }: GpuRow, cuda: boolean): Row {
  const peers = Object.entries(works).map(([name, work]) => [name + BY_STOCK, work] as const);
  return {
    ...row,
    works: { ...works, ...Object.fromEntries(peers) },
    lines: (threads) =>
      Object.keys(works).flatMap((name): Line[] => {
        const ours = own(name, 1, names[name] ?? 'WebGPU');
        const beside = torch(program, name, threads);
        return [
          { own: ours, peer: cuda ? { ...beside, name: 'PyTorch, CUDA' } : beside },
          { own: ours, peer: own(name + BY_STOCK, 1, 'stock tfjs, webgpu') },
        ];
      }),
  };
}
