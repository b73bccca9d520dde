import * as tf from '@tensorflow/tfjs';
import { load } from '../../src/data/load';
import type { Batch, ModelTrainer } from '../../src/engines/engine';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { probeWasm } from '../../src/engines/tfjs/engine';
import { completeOptions, type OptionValues } from '../../src/models/option';
import { presetById } from '../../src/models/registry';
import { createSampler } from '../../src/training/sampler';
import { startValues } from '../../src/training/start-values';
import { engineDataOf, pairsOnly } from '../../src/training/training-data';
import { randomMatrix } from '../support/tiny';

interface Row {
  readonly name: string;
  readonly peerName: string;
  /** The work, timed from outside; or seconds, where it is timed elsewhere. */
  own(): Promise<number | undefined>;
  peer(): Promise<number | undefined>;
}

const ROWS = 20_000;
const COLUMNS = 2_700;
const STEPS = 5;

/** What is measured, beside whom. `torch` runs a Python program, where PyTorch is installed. */
export async function rows(torch: ((program: string) => number) | null): Promise<Row[]> {
  const found = await probeWasm(null)();
  if (!('engine' in found)) throw new Error(found.missing);
  const matrix = randomMatrix(ROWS, COLUMNS, 13);
  const size = {
    rows: ROWS,
    columns: COLUMNS,
    pairs: matrix.indices.length,
    values: null,
    rowFeatures: 0,
    columnFeatures: 0,
  };
  const data = pairsOnly(matrix, { ...matrix, offsets: new Uint32Array(ROWS + 1), indices: new Uint32Array(0) });

  const prepared = (id: string, options: OptionValues) => {
    const preset = presetById(id);
    const { model, training } = preset.specify(completeOptions(preset.options, options), size);
    const blocks: Batch[] = [];
    for (const block of createSampler(data, model, training, 1).epoch(0)) {
      blocks.push(block);
      if (blocks.length === STEPS) break;
    }
    const state = startValues(model, ROWS, COLUMNS, 1);
    return {
      model,
      blocks,
      own: found.engine.create(model, state, engineDataOf(data)),
      reference: createReferenceEngine().create(model, state, engineDataOf(data)),
    };
  };
  const steps = async (trainer: ModelTrainer, blocks: readonly Batch[]) => {
    for (const block of blocks) trainer.step(block, 0.01);
    await trainer.losses();
    return undefined;
  };

  const standard = prepared('cofactor-default', { dimensions: 64 });
  const wellcome = prepared('wellcome', {});
  const columns = {
    dimensions: 64,
    columns: startValues(standard.model, ROWS, COLUMNS, 1).tables[1].values,
    bias: null,
    temperature: 10,
  };
  const scorer = found.engine.scorer(columns);
  const slowScorer = createReferenceEngine().scorer(columns);
  const u = Float32Array.from({ length: 256 * 64 }, (_, i) => Math.sin(i));
  const a = tf.tensor2d(u, [256, 64]);
  const b = tf.tensor2d(columns.columns, [COLUMNS, 64]);
  const lines = Array.from({ length: 20_000 }, (_, r) =>
    JSON.stringify({
      id: `w${r}`,
      title: `Work number ${r}`,
      year: 1800 + (r % 200),
      subjects: Array.from(matrix.indices.subarray(matrix.offsets[r % ROWS], matrix.offsets[(r % ROWS) + 1]), (c) => ({
        id: `s${c}`,
        label: `Subject ${c}`,
      })),
    }),
  );
  const file = { name: 'works.jsonl', blob: new Blob([lines.join('\n')]) };

  const list: Row[] = [
    {
      name: `Cofactor default, ${STEPS} steps, WASM`,
      peerName: 'reference engine',
      own: () => steps(standard.own, standard.blocks),
      peer: () => steps(standard.reference, standard.blocks.slice(0, STEPS)),
    },
    {
      name: `Wellcome, ${STEPS} steps, WASM`,
      peerName: 'reference engine',
      own: () => steps(wellcome.own, wellcome.blocks),
      peer: () => steps(wellcome.reference, wellcome.blocks),
    },
    {
      name: 'block product 256 × 64 × 2,700',
      peerName: 'tfjs matMul with transposeB',
      own: async () => tf.tidy(() => void tf.matMul(a, tf.transpose(b)).dataSync()),
      peer: async () => tf.tidy(() => void tf.matMul(a, b, false, true).dataSync()),
    },
    {
      name: 'scores of 256 rows × 2,700 columns',
      peerName: 'reference engine',
      own: async () => void (await scorer.score(u)),
      peer: async () => void (await slowScorer.score(u)),
    },
    {
      name: 'reading 20,000 works',
      peerName: 'JSON.parse of the same lines',
      own: async () => void (await load([file], {}, { clock: () => performance.now() })),
      peer: async () => {
        for (const line of lines) JSON.parse(line);
        return undefined;
      },
    },
  ];
  if (!torch) {
    console.log('PyTorch is not installed (apt-get install python3-torch): its rows are left out.');
    return list;
  }
  const cells = (batches: readonly Batch[]) =>
    batches.map(({ rows: r, columns: c }) => `(${r.length},${c?.length ?? COLUMNS})`).join(',');
  list.push(
    {
      name: `Cofactor default, ${STEPS} steps, WASM`.replace('WASM', 'WASM, one thread'),
      peerName: 'PyTorch on the processor, one thread',
      own: () => steps(standard.own, standard.blocks),
      peer: async () => torch(torchProgram(cells(standard.blocks), 64, 'softmax')),
    },
    {
      name: `Wellcome, ${STEPS} steps, WASM, one thread`,
      peerName: 'PyTorch on the processor, one thread',
      own: () => steps(wellcome.own, wellcome.blocks),
      peer: async () => torch(torchProgram(cells(wellcome.blocks), 10, 'bce')),
    },
  );
  return list;
}

/** The same steps in PyTorch: vectors, block product, loss, autograd, dense Adam; prints their seconds. */
function torchProgram(blocks: string, d: number, loss: 'softmax' | 'bce'): string {
  const pooled = loss === 'softmax';
  return `
import time, torch
torch.set_num_threads(1)
torch.manual_seed(1)
R, C, d = ${ROWS}, ${COLUMNS}, ${d}
U = torch.nn.Parameter(torch.randn(${pooled ? 'C' : 'R'}, d)); V = torch.nn.Parameter(torch.randn(C, d)); b = torch.nn.Parameter(torch.zeros(C))
opt = torch.optim.Adam([U, V] + ([b] if ${pooled ? 'True' : 'False'} else []), lr=0.01)
F = torch.nn.functional
work = []
for B, K in [${blocks}]:
    pairs = 7 * B
    work.append((B, torch.randperm(C)[:K] if K <= C else torch.randint(0, C, (K,)), torch.randint(0, B, (pairs,)), torch.randint(0, min(K, C), (pairs,)), torch.randint(0, C, (pairs,)), torch.randperm(R)[:B]))
def step(B, cols, pr, pc, inputs, rows):
    if ${pooled ? 'True' : 'False'}:
        u = F.normalize(torch.zeros(B, d).index_add(0, pr, U[inputs]), dim=1)
        z = 10 * u @ F.normalize(V[cols], dim=1).T + b[cols]
        loss = -torch.log_softmax(z, 1)[pr, pc].mean()
    else:
        y = torch.zeros(B, len(cols)); y[pr, pc] = 1
        loss = F.binary_cross_entropy(torch.sigmoid(U[rows] @ V[cols].T), y)
    opt.zero_grad(); loss.backward(); opt.step()
    return loss.item()
for w in work: step(*w)
t = time.perf_counter()
for w in work: step(*w)
print(time.perf_counter() - t)
`;
}
