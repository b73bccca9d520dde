import { columnDegrees, rowDegrees } from '../../data/csr';
import type { Dataset } from '../../data/dataset';
import { shownText } from '../../data/shown-text';
import { InputError } from '../../errors';
import { arithmeticSpeed } from '../../evaluation/arithmetic-speed';
import { baselines, ratingBaselines } from '../../evaluation/baseline-registry';
import { bootstrapInterval } from '../../evaluation/intervals';
import { leakage } from '../../evaluation/leakage';
import { type PerRow, type Ranked, rankHeldOut } from '../../evaluation/ranking';
import { evaluateRatings, type Ratings } from '../../evaluation/rating-error';
import type { RankingScorer } from '../../evaluation/scorer';
import { sliceByColumnDegree, sliceByMetadata, sliceByRowDegree } from '../../evaluation/slices';
import { remembered } from '../../memo';
import { denseShapes } from '../../models/network';
import { completeOptions } from '../../models/option';
import { presetById } from '../../models/registry';
import type { TaskContext } from '../../task';
import type { BaselineQuality, EvaluateProgress, Evaluation, KernelMethods, Quality } from '../protocol';
import type { Run } from '../run';
import { prepareRun } from '../run-setup';
import type { Handlers } from '../serve';
import type { Session } from '../session';

/** Baselines that take more multiplications than this wait until they are asked for: about five seconds. */
const EAGER_OPERATIONS = 5e9;
/** Multiplications of a network that a ranking may take; past it, fewer rows are ranked. */
const RANKING_BUDGET = 3e11;
const BYTES_FOR_BASELINES = 1.5 * 2 ** 30;

export function evaluateHandlers(session: Session): Pick<Handlers<KernelMethods>, 'evaluate' | 'baselines'> {
  const known = new BaselineResults();
  /** Multiplications a second of this machine, measured when they are first asked for. */
  let speed: Promise<number> | null = null;
  const speedHere = (task: TaskContext<[EvaluateProgress]>) => {
    speed ??= arithmeticSpeed(task.clock);
    return speed;
  };
  return {
    async evaluate({ run: id, k, all }, task) {
      const dataset = session.requireDataset();
      const run = session.requireRun(id);
      const before = run.evaluation;
      if (before?.k === k && !(all && before.baselines.some(({ waiting }) => waiting))) return before;
      const model = await measureModel(session, dataset, run, k, task);
      run.ranked = model.ranked;
      const excludeSeen = excludesSeen(run);
      const beside =
        run.preset.learns === 'ratings' ? await ratingQualities(dataset, run, known, task) : ([] as BaselineQuality[]);
      const rankings = model.ranked
        ? await rankingQualities(
            session.scoring,
            dataset,
            run,
            { k, known, speed: await speedHere(task), most: all ? null : { operations: EAGER_OPERATIONS } },
            task,
          )
        : ([] as BaselineQuality[]);
      const evaluation: Evaluation = {
        run: run.id,
        k,
        model: model.quality,
        intervals: model.ranked && (await intervals(model.ranked.perRow, run, { ...task, progress: () => undefined })),
        baselines: [...rankings, ...beside],
        slices: model.ranked ? slices(dataset, run, model.ranked) : [],
        leaks:
          run.split.heldOut.indices.length === 0
            ? []
            : leakage({ ...run.split, excludeSeen: run.preset.learns === 'ratings' || excludeSeen }),
        left: run.split.counts,
        ranked: model.limit,
      };
      run.evaluation = evaluation;
      return evaluation;
    },

    async baselines({ k, maximumSeconds, preset: id, options: given }, task) {
      const dataset = session.requireDataset();
      const preset = presetById(id);
      const options = completeOptions(preset.options, given);
      const { split } = prepareRun(dataset, preset, options);
      if (split.heldOut.indices.length === 0) {
        throw new InputError(
          'expected held-out pairs to measure baselines with, found none: switch the hold-out of the model on',
        );
      }
      const tested = { split, preset, options, ranked: null };
      const most = maximumSeconds === null ? null : { seconds: maximumSeconds };
      const choice = { k, known, speed: await speedHere(task), most };
      return rankingQualities(session.scoring, dataset, tested, choice, task);
    },
  };
}

function excludesSeen({ preset, options }: Tested): boolean {
  return preset.excludesSeen?.(options) ?? true;
}

/** What baselines need of a run: what is trained and tested on, and how. */
type Tested = Pick<Run, 'split' | 'preset' | 'options' | 'ranked'>;

interface Measured {
  readonly quality: Quality;
  readonly ranked: Ranked | null;
  readonly limit: Evaluation['ranked'];
}

async function measureModel(
  session: Session,
  dataset: Dataset,
  run: Run,
  k: number,
  task: TaskContext<[EvaluateProgress]>,
): Promise<Measured> {
  const measuring = { ...task, progress: (share: number) => task.progress({ what: 'the model', share }) };
  const { split } = run;
  const ratings =
    run.preset.learns === 'ratings'
      ? await evaluateRatings(
          ratingsOfSplit(dataset, run),
          (rows, columns) => session.scoring.predictions(run, Int32Array.from(rows), Int32Array.from(columns)),
          measuring,
        )
      : null;
  const limit = rankingLimit(run);
  const excludeSeen = excludesSeen(run);
  // A network that is slow at ranking and learns ratings is measured by its errors alone.
  const skip = run.preset.learns === 'ratings' && limit !== null;
  const ranked = skip
    ? null
    : await session.scoring.withScorer(run, (scorer) =>
        rankHeldOut(
          split,
          scorer,
          { k, excludeSeen, ...(limit === null ? {} : { rows: { limit, seed: run.options.seed as number } }) },
          measuring,
        ),
      );
  const tested = rowDegrees(split.heldOut).reduce((sum, degree) => sum + (degree > 0 ? 1 : 0), 0);
  return {
    quality: { ranking: ranked?.metrics ?? null, ratings },
    ranked,
    limit: ranked && ranked.metrics.rows < tested ? { rows: ranked.metrics.rows, of: tested } : null,
  };
}

/** Rows that can be ranked by a network in bearable time; null for all. */
function rankingLimit({ learned, split }: Run): number | null {
  if (!learned.network) return null;
  const weights = denseShapes(learned.network.spec).reduce((sum, [inputs, units]) => sum + inputs * units, 0);
  const rows = Math.floor(RANKING_BUDGET / (2 * weights * split.train.columns));
  return rows < split.train.rows ? Math.max(100, rows) : null;
}

function ratingsOfSplit({ interactions }: Dataset, { split }: Run): { train: Ratings; heldOut: Ratings } {
  const values = interactions.values as Float32Array;
  const at = (positions: Uint32Array) => Float32Array.from(positions, (i) => values[i]);
  return {
    train: { matrix: split.train, values: at(split.trainAt) },
    heldOut: { matrix: split.heldOut, values: at(split.heldOutAt) },
  };
}

async function ratingQualities(
  dataset: Dataset,
  run: Run,
  known: BaselineResults,
  task: TaskContext<[EvaluateProgress]>,
): Promise<BaselineQuality[]> {
  const split = ratingsOfSplit(dataset, run);
  const list: BaselineQuality[] = [];
  for (const { id, title, summary, fit } of ratingBaselines) {
    const measuring = {
      ...task,
      progress: (share: number) => task.progress({ what: title, share }),
      seed: run.options.seed as number,
    };
    const ratings = await known.of(run, id, async () => {
      const predict = await fit(split.train, measuring);
      return { ranking: null, ratings: await evaluateRatings(split, predict, measuring) };
    });
    list.push({ id, title, summary, ...ratings, refused: null, waiting: false, seconds: null });
  }
  return list;
}

interface RankingChoice {
  readonly k: number;
  readonly known: BaselineResults;
  /** Multiplications a second of this machine. */
  readonly speed: number;
  /** Past so many operations a baseline waits until it is asked for, past so many seconds it is refused; null for all. */
  readonly most: { readonly operations: number } | { readonly seconds: number } | null;
}

/** Share of the work on a baseline that is fitting it; the rest is ranking with it. */
const FITTING = 0.8;

async function rankingQualities(
  scoring: Session['scoring'],
  { interactions }: Dataset,
  run: Tested,
  { k, known, speed, most }: RankingChoice,
  task: TaskContext<[EvaluateProgress]>,
): Promise<BaselineQuality[]> {
  if (interactions.matrix.indices.length === 0) return [];
  const { split, ranked } = run;
  const list: BaselineQuality[] = [];
  const options = { k, excludeSeen: excludesSeen(run) };
  const rows = ranked ? { limit: ranked.metrics.rows, seed: run.options.seed as number } : undefined;
  const estimated = baselines.map((baseline) => {
    const { bytes, operations, refused } = baseline.cost(split.train, BYTES_FOR_BASELINES);
    const seconds = refused === null ? operations / speed : null;
    const late = most !== null && 'seconds' in most && seconds !== null && seconds > most.seconds;
    return {
      baseline,
      operations,
      bytes,
      seconds,
      refused: late ? tooLong(baseline.title, seconds, most.seconds) : refused,
    };
  });
  task.progress({
    what: 'the baselines',
    share: 0,
    estimates: estimated.map(({ baseline: { id, title }, seconds, bytes, refused }) => ({
      id,
      title,
      seconds,
      bytes,
      refused,
    })),
  });
  for (const { baseline, operations, seconds, refused } of estimated) {
    const { id, title, summary } = baseline;
    const entry = { id, title, summary, ranking: null, ratings: null, refused, waiting: false, seconds };
    const key = `${id} ${JSON.stringify(options)} ${rows?.limit}`;
    const waits = most !== null && 'operations' in most && operations > most.operations;
    if (refused !== null && !known.has(run, key)) list.push(entry);
    else if (waits && !known.has(run, key)) list.push({ ...entry, waiting: true });
    else {
      const part = (from: number, length: number) => ({
        ...task,
        progress: (share: number) => task.progress({ what: title, share: from + length * share }),
        seed: run.options.seed as number,
        maximumBytes: BYTES_FOR_BASELINES,
      });
      const quality = await known.of(run, key, async () => {
        const fitted = await baseline.fit(split.train, part(0, FITTING));
        const rank = (scorer: RankingScorer) =>
          rankHeldOut(split, scorer, { ...options, rows }, part(FITTING, 1 - FITTING));
        const found = typeof fitted === 'function' ? await rank(fitted) : await scoring.withFactors(fitted, rank);
        return { ranking: found?.metrics ?? null, ratings: null };
      });
      list.push({ ...entry, ...quality, refused: null });
    }
  }
  return list;
}

function tooLong(title: string, seconds: number, most: number): string {
  const minutes = (value: number) => (value < 90 ? `${Math.round(value)} s` : `${Math.round(value / 60)} min`);
  return `${title} would take about ${minutes(seconds)} here, and at most ${minutes(most)} were asked for.`;
}

/** What was measured of baselines, kept as long as the pairs trained and tested on are the same. */
class BaselineResults {
  private readonly results = new Map<string, Quality>();
  private split = '';

  has(run: Pick<Run, 'split'>, key: string): boolean {
    return this.split === signature(run) && this.results.has(key);
  }

  async of(run: Pick<Run, 'split'>, key: string, measure: () => Promise<Quality>): Promise<Quality> {
    const split = signature(run);
    if (this.split !== split) this.results.clear();
    this.split = split;
    const known = this.results.get(key);
    if (known) return known;
    const quality = await measure();
    this.results.set(key, quality);
    return quality;
  }
}

/** Tells splits apart by what they hold, since runs with the same options make the same split anew. */
export function signature({ split }: Pick<Run, 'split'>): string {
  return signatureOf(split);
}

const signatureOf = remembered(({ train, heldOut }: Run['split']): string => {
  const hash = (list: Uint32Array) => {
    let value = 0x811c9dc5;
    for (let i = 0; i < list.length; i++) value = Math.imul(value ^ list[i], 0x01000193);
    return value >>> 0;
  };
  const parts = [train.rows, train.columns, train.indices.length, hash(train.indices), hash(train.offsets)];
  return [...parts, heldOut.indices.length, hash(heldOut.indices), hash(heldOut.offsets)].join('/');
});

async function intervals({ recall, ndcg, hit }: PerRow, run: Run, task: TaskContext) {
  const interval = (values: Float32Array) => bootstrapInterval(values, { seed: run.options.seed as number }, task);
  return { recall: await interval(recall), ndcg: await interval(ndcg), hit: await interval(hit) };
}

function slices({ interactions, roles }: Dataset, { split }: Run, ranked: Ranked): Evaluation['slices'] {
  const range = (low: number, high: number) => (low === high ? `${low}` : `${low} to ${high}`);
  const groups: Evaluation['slices'][number][] = [
    {
      title: `by the ${roles.column.many} of each ${roles.row.one} in training`,
      of: 'rows',
      slices: sliceByRowDegree(ranked.perRow, rowDegrees(split.train)).map(({ minimum, maximum, rows, recall }) => ({
        name: range(minimum, maximum),
        count: rows,
        recall,
      })),
    },
    {
      title: `by how many ${roles.row.many} have the ${roles.column.one} in training`,
      of: 'pairs',
      slices: sliceByColumnDegree(ranked, split.heldOut, columnDegrees(split.train)).map(
        ({ minimum, maximum, pairs, recall }) => ({ name: range(minimum, maximum), count: pairs, recall }),
      ),
    },
  ];
  for (const metadata of interactions.row.metadata) {
    if (metadata.kind !== 'category') continue;
    groups.push({
      title: `by ${shownText(metadata.name)}`,
      of: 'rows',
      slices: sliceByMetadata(ranked.perRow, metadata).map(({ kind, value, rows, recall }) => ({
        name: kind === 'value' ? shownText(value ?? '') : kind === 'other' ? 'other' : 'not known',
        count: rows,
        recall,
      })),
    });
  }
  return groups;
}
