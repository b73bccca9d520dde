import { type Csr, columnDegrees, has, rowDegrees, rowOf, transpose } from '../../data/csr';
import type { Dataset } from '../../data/dataset';
import { type MetadataColumn, metadataValue } from '../../data/metadata';
import { shownText } from '../../data/shown-text';
import { NEIGHBOUR_METRICS, nearest } from '../../embedding/neighbours';
import { topK } from '../../embedding/top-k';
import { dimensionsOf, pickVectors } from '../../embedding/vectors';
import { InputError } from '../../errors';
import { remembered } from '../../memo';
import { searchLabels } from '../label-search';
import type { Axis, Entity, KernelMethods, MapColour, PairStatus, VectorSource } from '../protocol';
import type { Run } from '../run';
import { type Handlers, serve, transfer } from '../serve';
import type { Session } from '../session';

type Explore =
  | 'topK'
  | 'neighbours'
  | 'vector'
  | 'entity'
  | 'search'
  | 'random'
  | 'embedding'
  | 'vectors'
  | 'points'
  | 'connect';

/** Characters shown of one field of an entry: a description is worth reading, a whole text is not a field. */
const MAX_FIELD_LENGTH = 2000;
/** Partners listed for one entry; a frequent subject has thousands. */
const PARTNERS = 200;

export function exploreHandlers(session: Session): Pick<Handlers<KernelMethods>, Explore> {
  const indexOf = remembered((dataset: Dataset) => new DatasetIndex(dataset));
  /** The port of the projector that was started last. */
  let projector: MessagePort | null = null;

  const vectors: Handlers<VectorSource>['vectors'] = ({ run, side, indices }) => {
    const learned = session.requireRun(run).learned.vectors;
    const all = side === 'row' ? learned.rows : learned.columns;
    const dimensions = dimensionsOf(learned, side);
    const values = indices ? pickVectors(all, dimensions, indices) : all.slice();
    return transfer({ dimensions, values }, values);
  };

  return {
    async topK({ run: id, side, ref, k, known }) {
      const run = session.requireRun(id);
      const index = session.resolve(side, ref);
      if (isUnknown(run, side, index)) return [];
      const other = opposite(side);
      const scores = await (side === 'row' ? session.scoring.columns(run, index) : session.scoring.rows(run, index));
      const status = (partner: number) =>
        side === 'row' ? pairStatus(run, index, partner) : pairStatus(run, partner, index);
      const best = topK(scores, k, known ? undefined : (partner) => status(partner) === 'known');
      const predicted = await predictionsOf(session, run, side, index, best);
      return Array.from(best, (partner, i) => ({
        ...session.listed(other, partner),
        score: scores[partner],
        status: status(partner),
        predicted: predicted?.[i] ?? null,
      }));
    },

    neighbours({ run, side, ref, k, metric, least = false }) {
      const { vectors } = session.requireRun(run).learned;
      if (!NEIGHBOUR_METRICS.includes(metric)) {
        throw new InputError(`expected a metric of ${NEIGHBOUR_METRICS.join(', ')}, found “${String(metric)}”`);
      }
      const values = side === 'row' ? vectors.rows : vectors.columns;
      const index = session.resolve(side, ref);
      return nearest(values, dimensionsOf(vectors, side), index, k, metric, least).map((found) => ({
        ...session.listed(side, found.index),
        score: found.score,
      }));
    },

    vector({ run: id, side, ref }) {
      const run = session.requireRun(id);
      const index = session.resolve(side, ref);
      const values = vectorOf(run, side, index).slice();
      const pairs = trainingPairs(run, side, index);
      return transfer({ values, pairs, unknown: isUnknown(run, side, index) }, values);
    },

    entity({ run: id, side, ref }) {
      const dataset = session.requireDataset();
      const run = id === null ? null : session.requireRun(id);
      const index = session.resolve(side, ref);
      return entityOf(session, indexOf(dataset), dataset, run, side, index);
    },

    search({ side, text, limit }) {
      const index = indexOf(session.requireDataset());
      const degrees = index.degrees(side);
      return index.search(side, text, limit).map((at) => ({ ...session.listed(side, at), degree: degrees[at] }));
    },

    random({ side, draw }) {
      const count = session.requireDataset().interactions[side].ids.length;
      return session.listed(side, Math.min(count - 1, Math.floor(draw * count)));
    },

    embedding({ run, side }) {
      const { interactions } = session.requireDataset();
      const { vectors } = session.requireRun(run).learned;
      const values = (side === 'row' ? vectors.rows : vectors.columns).slice();
      const dimensions = dimensionsOf(vectors, side);
      const labels = session.shownLabels(side).toArray();
      const ids = interactions[side].ids.toArray();
      return transfer({ count: values.length / dimensions, dimensions, values, labels, ids }, values);
    },

    vectors,

    connect({ port }, task) {
      projector?.close();
      projector = port;
      serve<VectorSource>(port, { vectors }, task.clock);
    },

    points({ side }) {
      const dataset = session.requireDataset();
      const labels = Array.from(session.shownLabels(side).toArray(), (label) => shownText(label));
      const degrees = indexOf(dataset).degrees(side).slice();
      const colours = metadataOf(dataset, side).flatMap(mapColour);
      const numbers = colours.map((colour) => (colour.kind === 'category' ? colour.codes : colour.numbers));
      return transfer({ count: labels.length, labels, degrees, colours }, degrees, ...numbers);
    },
  };
}

function opposite(side: Axis): Axis {
  return side === 'row' ? 'column' : 'row';
}

function pairStatus({ split }: Run, row: number, column: number): PairStatus {
  if (has(split.train, row, column)) return 'known';
  return has(split.heldOut, row, column) ? 'heldOut' : 'new';
}

function vectorOf({ learned: { vectors } }: Run, side: Axis, index: number): Float32Array {
  const d = dimensionsOf(vectors, side);
  return (side === 'row' ? vectors.rows : vectors.columns).subarray(index * d, (index + 1) * d);
}

/** A click asks for one column of them. */
const trainingDegrees = remembered(columnDegrees);

function trainingPairs({ split: { train } }: Run, side: Axis, index: number): number {
  return side === 'row' ? rowOf(train, index).length : trainingDegrees(train)[index];
}

/** Nothing was learned of an entry without a pair in training whose features, if it has any, gave it no vector. */
function isUnknown(run: Run, side: Axis, index: number): boolean {
  return trainingPairs(run, side, index) === 0 && vectorOf(run, side, index).every((value) => value === 0);
}

/** Ratings or probabilities of the best partners; null where the loss makes neither of a score. */
async function predictionsOf(
  session: Session,
  run: Run,
  side: Axis,
  index: number,
  partners: Int32Array,
): Promise<Float32Array | null> {
  const { curve, range } = run.learned.output;
  const probability = curve === 'sigmoid' && range === null;
  if (run.preset.learns !== 'ratings' && !probability) return null;
  const fixed = new Int32Array(partners.length).fill(index);
  return side === 'row'
    ? session.scoring.predictions(run, fixed, partners)
    : session.scoring.predictions(run, partners, fixed);
}

function metadataOf(dataset: Dataset, side: Axis): readonly MetadataColumn[] {
  return side === 'row' ? dataset.interactions.row.metadata : dataset.columnMetadata;
}

function mapColour(column: MetadataColumn): MapColour[] {
  switch (column.kind) {
    case 'category':
      return [
        {
          kind: 'category',
          name: column.name,
          values: column.values.toArray().map((value) => shownText(value)),
          codes: column.codes.slice(),
        },
      ];
    case 'number': {
      const values = Float32Array.from(column.values.toArray(), Number);
      const numbers = Float32Array.from(column.codes, (code) => (code < 0 ? Number.NaN : values[code]));
      return [{ kind: 'number', name: column.name, numbers }];
    }
    case 'text':
    case 'image':
    case 'link':
      return [];
    default:
      return column.kind satisfies never;
  }
}

function entityOf(
  session: Session,
  index: DatasetIndex,
  dataset: Dataset,
  run: Run | null,
  side: Axis,
  at: number,
): Entity {
  const other = opposite(side);
  const partners = rowOf(index.matrix(side), at);
  const degrees = index.degrees(other);
  const shown = topK(
    Float32Array.from(partners, (partner) => degrees[partner]),
    PARTNERS,
  );
  const isHeldOut = (partner: number) => {
    if (!run) return false;
    return (side === 'row' ? pairStatus(run, at, partner) : pairStatus(run, partner, at)) === 'heldOut';
  };
  let picture: string | null = null;
  const links: { name: string; address: string }[] = [];
  const metadata: { name: string; value: string }[] = [];
  for (const column of metadataOf(dataset, side)) {
    const value = metadataValue(column, at);
    if (value === null) continue;
    if (column.kind === 'image' && /^data:image\/(svg\+xml|png|jpeg|gif|webp)[;,]/i.test(value)) picture ??= value;
    else if (/^https?:\/\//i.test(value)) links.push({ name: shownText(column.name), address: value });
    else if (column.kind !== 'image')
      metadata.push({ name: shownText(column.name), value: shownText(value, MAX_FIELD_LENGTH) });
  }
  return {
    ...session.listed(side, at),
    side,
    degree: partners.length,
    picture,
    links,
    metadata,
    partners: Array.from(shown, (i) => ({
      ...session.listed(other, partners[i]),
      degree: degrees[partners[i]],
      heldOut: isHeldOut(partners[i]),
    })),
    partnerCount: partners.length,
  };
}

/** What is derived from a dataset when it is first asked for. */
class DatasetIndex {
  private transposed: Csr | null = null;
  private readonly degreesOf: Partial<Record<Axis, Uint32Array>> = {};
  private readonly haystacks: Partial<Record<Axis, string[]>> = {};
  constructor(private readonly dataset: Dataset) {}

  /** Rows of the given side: the matrix, or its transpose. */
  matrix(side: Axis): Csr {
    if (side === 'row') return this.dataset.interactions.matrix;
    this.transposed ??= transpose(this.dataset.interactions.matrix);
    return this.transposed;
  }

  degrees(side: Axis): Uint32Array {
    const { matrix } = this.dataset.interactions;
    const degrees = this.degreesOf[side] ?? (side === 'row' ? rowDegrees(matrix) : columnDegrees(matrix));
    this.degreesOf[side] = degrees;
    return degrees;
  }

  /** Entries whose id is the text or whose label fits it, the best first. */
  search(side: Axis, text: string, limit: number): number[] {
    const { ids, labels } = this.dataset.interactions[side];
    const shown =
      this.haystacks[side] ?? (side === 'row' ? this.dataset.rowLabels : this.dataset.columnLabels).toArray();
    this.haystacks[side] = shown;
    const byId = ids.indexOf(text.trim());
    const byLabel = searchLabels(
      { shown, label: (index) => labels.get(index), degrees: this.degrees(side) },
      text,
      limit,
    );
    return [...new Set([...(byId >= 0 ? [byId] : []), ...byLabel])].slice(0, limit);
  }
}
