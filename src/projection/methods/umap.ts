import type { ProjectionMethod } from '../projection';
import { method as pca } from './pca';

/** Positions are shown at most this often, in milliseconds. */
const SHOW_EVERY = 500;

/** Uniform manifold approximation and projection (McInnes, Healy and Melville, 2018), by umap-js. */
export const method: ProjectionMethod = {
  id: 'umap',
  title: 'UMAP',
  order: 0,
  help: 'Keeps neighbours together. Distances between far groups, and the sizes of groups, mean little.',
  options: [
    {
      kind: 'number',
      id: 'neighbours',
      title: 'Neighbours',
      help: 'Few show fine detail; many show the large shape.',
      group: 'model',
      unit: 'nearest points of each',
      default: 15,
      minimum: 2,
      maximum: 200,
      step: 1,
      integer: true,
    },
    {
      kind: 'number',
      id: 'minimumDistance',
      title: 'Minimum distance',
      help: 'How closely points may be packed.',
      group: 'model',
      unit: 'in the plane',
      default: 0.1,
      minimum: 0,
      maximum: 0.99,
      step: 0.05,
      integer: false,
    },
  ],
  bounded: true,
  async project({ values, dimensions: d }, options, { random, clock, breathe, signal, onProgress }) {
    const count = values.length / d;
    if (count < 3) throw new RangeError(`expected at least three points to project, found ${count}`);
    const { UMAP } = await import('umap-js');
    const vectors = Array.from({ length: count }, (_, n) => Array.from(values.subarray(n * d, (n + 1) * d)));
    const umap = new UMAP({
      nComponents: 2,
      nNeighbors: Math.min(options.neighbours as number, count - 1),
      minDist: options.minimumDistance as number,
      random: random.next,
    });
    // Something to look at while the neighbours are found: the same vectors by PCA.
    const first = await pca.project(
      { values, dimensions: d },
      {},
      { random, clock, breathe, signal, onProgress: () => undefined },
    );
    onProgress({ share: 0, stage: 'finding neighbours', positions: { x: first.x, y: first.y } });
    await breathe();
    const epochs = umap.initializeFit(vectors);
    let shown = clock();
    for (let epoch = 0; epoch < epochs; epoch++) {
      umap.step();
      if (clock() - shown < SHOW_EVERY) continue;
      onProgress({ share: (epoch + 1) / epochs, stage: 'laying out', positions: planar(umap.getEmbedding()) });
      await breathe();
      signal?.throwIfAborted();
      shown = clock();
    }
    return { ...planar(umap.getEmbedding()), variance: null };
  },
};

function planar(embedding: number[][]): { x: Float32Array; y: Float32Array } {
  return {
    x: Float32Array.from(embedding, ([x]) => x),
    y: Float32Array.from(embedding, ([, y]) => y),
  };
}
