import type { Vectors } from '../../embedding/vectors';
import { DeviceLostError, type Engine } from '../../engines/engine';
import { ITEM_KNN_DEFAULTS, itemKnn, similarColumns } from '../../evaluation/baselines/item-knn';
import { popular } from '../../evaluation/baselines/popular';
import { evaluateRanking } from '../../evaluation/ranking';
import type { KernelMethods } from '../protocol';
import { breathe, type Handlers } from '../serve';
import type { Session } from '../session';

export function evaluateHandlers(session: Session): Pick<Handlers<KernelMethods>, 'evaluate'> {
  return {
    async evaluate({ k }, { signal, report }) {
      session.requireDataset();
      const run = session.requireRun();
      if (run.metrics && run.metrics.model?.k === k) return run.metrics;
      const { split, vectors } = run;
      const world = { breathe, signal };
      const rankModel = async (engine: Engine) => {
        const scorer = engine.scorer(vectors);
        try {
          return await evaluateRanking(split, (rows) => scorer.score(rowBlock(vectors, rows)), k, {
            ...world,
            onProgress: (share) => report({ what: 'model', share }),
          });
        } finally {
          scorer.dispose();
        }
      };
      const engine = await session.devices.current();
      const model = await rankModel(engine).catch(async (error: unknown) => {
        if (!(error instanceof DeviceLostError)) throw error;
        const next = await session.devices.replace(engine, error.message);
        if (!next) throw error;
        return rankModel(next);
      });
      const similar = await similarColumns(split.train, ITEM_KNN_DEFAULTS, breathe);
      const neighbours = await evaluateRanking(split, itemKnn(split.train, similar), k, {
        ...world,
        onProgress: (share) => report({ what: 'itemKnn', share }),
      });
      run.metrics = {
        model,
        popular: await evaluateRanking(split, popular(split.train), k, world),
        itemKnn: neighbours,
      };
      return run.metrics;
    },
  };
}

/** Vectors of the rows, one after another. */
function rowBlock({ rows, dimensions: d }: Vectors, block: Int32Array): Float32Array {
  const vectors = new Float32Array(block.length * d);
  block.forEach((row, b) => {
    vectors.set(rows.subarray(row * d, (row + 1) * d), b * d);
  });
  return vectors;
}
