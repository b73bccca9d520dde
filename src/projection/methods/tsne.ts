import type { Random } from '../../data/random';
import { principalComponents } from '../../embedding/components';
import { InputError } from '../../errors';
import { checkpoint } from '../../task';
import { type Affinities, affinities, nearestPoints } from '../affinities';
import type { ProjectionMethod } from '../projection';
import { Quadtree } from '../quadtree';

/** Positions are shown, and a cancel is heard, at most this often, in milliseconds. */
const SHOW_INTERVAL_MS = 500;
/** Share of the progress that finding neighbours takes. */
const NEIGHBOURS_SHARE = 0.15;
/** Spread of the first positions: so small that the first forces are all alike. */
const START_SPREAD = 1e-4;
/** Width of a cell over its distance below which it stands for its points. */
const THETA = 0.5;
/** Attraction is this many times too strong at first, so that groups gather before they settle. */
const EXAGGERATION = 12;
const EXAGGERATED_STEPS = 250;

/**
 * t-distributed stochastic neighbour embedding (van der Maaten and Hinton, 2008) with repulsion by a quadtree (van der
 * Maaten, 2014), first positions by PCA (Kobak and Berens, 2019) and the step length of Belkina et al. (2019).
 */
export const method: ProjectionMethod = {
  id: 'tsne',
  title: 't-SNE',
  order: 2,
  help: 'Keeps the nearest neighbours together. Only which points lie close together has a meaning; distances between clusters, their sizes and their places mean little.',
  options: [
    {
      kind: 'number',
      id: 'perplexity',
      title: 'Perplexity',
      help: 'About how many neighbours count for each point. Few give many small clusters.',
      group: 'model',
      unit: 'neighbours',
      default: 30,
      minimum: 2,
      maximum: 100,
      step: 5,
      integer: false,
    },
    {
      kind: 'number',
      id: 'steps',
      title: 'Steps',
      help: 'More steps let the clusters settle.',
      group: 'model',
      unit: `steps, the first ${EXAGGERATED_STEPS} to gather`,
      default: 1000,
      minimum: EXAGGERATED_STEPS,
      maximum: 10_000,
      step: 250,
      integer: true,
    },
  ],
  bounded: true,
  async project({ values, dimensions }, options, task) {
    const { random, nearest = nearestPoints } = task;
    const count = values.length / dimensions;
    if (count < 3) throw new InputError(`expected at least three points to project, found ${count}`);
    const [x, y] = await startPositions(values, dimensions, random);
    let shown = task.clock();
    const pause = async (share: number, stage: string, laidOut: boolean) => {
      if (task.clock() - shown < SHOW_INTERVAL_MS) return;
      const positions = laidOut ? { x: Float32Array.from(x), y: Float32Array.from(y) } : null;
      await checkpoint(task, share, stage, positions);
      shown = task.clock();
    };
    // Something to look at while the neighbours are found.
    await checkpoint(task, 0, 'finding neighbours', { x: Float32Array.from(x), y: Float32Array.from(y) });

    // A Gaussian is nothing beyond three times its perplexity; of few points each has but few neighbours.
    const perplexity = Math.max(1, Math.min(options.perplexity as number, (count - 1) / 3));
    const near = await nearest(values, dimensions, Math.min(count - 1, Math.floor(3 * perplexity)), (share) =>
      pause(NEIGHBOURS_SHARE * share, 'finding neighbours', false),
    );
    const pairs = affinities(near, perplexity);

    const steps = options.steps as number;
    const descent = new Descent(x, y, pairs);
    for (let step = 0; step < steps; step++) {
      const gathering = step < EXAGGERATED_STEPS;
      descent.step(gathering ? EXAGGERATION : 1, gathering ? 0.5 : 0.8);
      const share = NEIGHBOURS_SHARE + ((1 - NEIGHBOURS_SHARE) * (step + 1)) / steps;
      await pause(share, gathering ? 'gathering' : 'laying out', true);
    }
    return { x: Float32Array.from(x), y: Float32Array.from(y), variance: null, recall: near.recall };
  },
};

/** The first two components, tiny, with a hundredth of noise so that equal vectors can part. */
async function startPositions(values: Float32Array, d: number, random: Random): Promise<[Float64Array, Float64Array]> {
  const { coordinates } = await principalComponents(values, d, 2);
  let squares = 0;
  for (const value of coordinates[0]) squares += value * value;
  const spread = Math.sqrt(squares / coordinates[0].length) || 1;
  const axis = (rank: number) =>
    Float64Array.from(
      coordinates[0],
      (_, n) => START_SPREAD * ((coordinates[rank]?.[n] ?? 0) / spread + 0.01 * random.normal()),
    );
  return [axis(0), axis(1)];
}

/** Gradient descent on the positions, in place, with momentum and a gain for each coordinate (Jacobs, 1988). */
class Descent {
  private readonly axes: readonly Axis[];
  private readonly tree: Quadtree;
  private readonly rate: number;

  constructor(
    private readonly x: Float64Array,
    private readonly y: Float64Array,
    private readonly pairs: Affinities,
  ) {
    this.tree = new Quadtree(x, y);
    this.axes = [x, y].map((positions) => ({
      positions,
      attraction: new Float64Array(x.length),
      repulsion: new Float64Array(x.length),
      velocity: new Float64Array(x.length),
      gain: new Float64Array(x.length).fill(1),
    }));
    this.rate = Math.max(200, x.length / EXAGGERATION);
  }

  step(exaggeration: number, momentum: number): void {
    const [alongX, alongY] = this.axes;
    for (const { repulsion } of this.axes) repulsion.fill(0);
    this.tree.build();
    const total = this.tree.repel(THETA, alongX.repulsion, alongY.repulsion);
    this.attract();
    for (const axis of this.axes) move(axis, exaggeration, total, momentum, this.rate);
  }

  /** Σ_j p q (y_i − y_j) of each point. */
  private attract(): void {
    const { x, y } = this;
    const { offsets, indices, probabilities } = this.pairs;
    const [{ attraction: forceX }, { attraction: forceY }] = this.axes;
    for (let point = 0; point < x.length; point++) {
      let fx = 0;
      let fy = 0;
      for (let at = offsets[point]; at < offsets[point + 1]; at++) {
        const dx = x[point] - x[indices[at]];
        const dy = y[point] - y[indices[at]];
        const force = probabilities[at] / (1 + dx * dx + dy * dy);
        fx += force * dx;
        fy += force * dy;
      }
      forceX[point] = fx;
      forceY[point] = fy;
    }
  }
}

/** One coordinate of all points. */
interface Axis {
  readonly positions: Float64Array;
  readonly attraction: Float64Array;
  readonly repulsion: Float64Array;
  readonly velocity: Float64Array;
  readonly gain: Float64Array;
}

function move(axis: Axis, exaggeration: number, total: number, momentum: number, rate: number): void {
  const { positions, attraction, repulsion, velocity, gain } = axis;
  let mean = 0;
  for (let point = 0; point < positions.length; point++) {
    const gradient = exaggeration * attraction[point] - repulsion[point] / total;
    // A coordinate that keeps its direction goes faster, one that turns goes slower.
    gain[point] = Math.max(0.01, gradient * velocity[point] < 0 ? gain[point] + 0.2 : gain[point] * 0.8);
    velocity[point] = momentum * velocity[point] - rate * gain[point] * gradient;
    positions[point] += velocity[point];
    mean += positions[point] / positions.length;
  }
  for (let point = 0; point < positions.length; point++) positions[point] -= mean;
}
