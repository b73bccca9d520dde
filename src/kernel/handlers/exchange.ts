import { DataError, excerpt } from '../../data/data-error';
import type { StringTable } from '../../data/string-table';
import { z } from '../../data/zod';
import { toTrainedModel } from '../../embedding/trained-model';
import { dimensionsOf } from '../../embedding/vectors';
import { ENGINE_IDS } from '../../engines/engine';
import { InputError, StateError } from '../../errors';
import { fingerprint, type ModelFile, readModel, writeModel } from '../../exchange/model-file';
import { namesTsv, vectorsTsv } from '../../exchange/projector';
import { LARGEST_METRIC, MAX_EPOCHS, unsoundParameter } from '../../models/bounds';
import { completeOptions } from '../../models/option';
import { presetById } from '../../models/registry';
import { parameterCount, tableShapes } from '../../models/spec';
import type { KernelMethods, TrainReport } from '../protocol';
import type { Run, Saveable } from '../run';
import { prepareRun, type RunSetup } from '../run-setup';
import type { Handlers } from '../serve';
import type { Session } from '../session';
import { exportPredictions } from './suggestions';

/** Files that a person takes away. They are made here, beside the data, and only the finished file goes to the page. */
export function exchangeHandlers(
  session: Session,
): Pick<Handlers<KernelMethods>, 'exportProjector' | 'exportModel' | 'importModel' | 'exportPredictions'> {
  return {
    exportProjector({ run, side, file, metadata }) {
      const { vectors } = session.requireRun(run).learned;
      const dataset = session.requireDataset();
      const parts =
        file === 'vectors'
          ? vectorsTsv(side === 'row' ? vectors.rows : vectors.columns, dimensionsOf(vectors, side))
          : namesTsv({
              labels: session.shownLabels(side),
              ids: dataset.interactions[side].ids,
              metadata: metadata ? (side === 'row' ? dataset.interactions.row.metadata : dataset.columnMetadata) : null,
            });
      return new Blob([...parts], { type: 'text/tab-separated-values' });
    },

    async exportModel({ run }) {
      const { preset, options, tables, split, report } = run === null ? await held(session) : session.requireRun(run);
      const { row, column } = session.requireDataset().interactions;
      return writeModel({
        preset: preset.id,
        options,
        rows: row.ids.toArray(),
        columns: column.ids.toArray(),
        pairs: pairsOf(split),
        report,
        tables,
      });
    },

    async importModel({ file }) {
      const { name } = file;
      const run = opened(session, name, await readModel({ name, blob: file }));
      session.keep(run);
      return run.report;
    },

    exportPredictions: (params, context) => exportPredictions(session, params, context),
  };
}

/** What the run that is held has learned so far. @throws StateError where none is held */
function held(session: Session): Promise<Saveable> {
  if (!session.held) throw new StateError('Expected a run that is paused, found none.');
  return session.held();
}

/** What of a report is not worked out anew when a model is opened. */
const sentence = z.string().max(1000);
const epochCount = z.number().int().min(0).max(MAX_EPOCHS);
const amount = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
const metric = z.number().min(-LARGEST_METRIC).max(LARGEST_METRIC);
const storedReport = z.object({
  engine: z.enum(ENGINE_IDS),
  device: z.object({ engine: z.enum(ENGINE_IDS), adapter: sentence, reason: sentence }),
  epochs: epochCount,
  steps: amount.int(),
  seconds: amount,
  pairsPerSecond: amount,
  history: z
    .array(
      z.object({
        epoch: epochCount,
        loss: metric,
        metric: metric.nullable(),
        heldOutLoss: metric.nullable(),
        heldOutMetric: metric.nullable(),
      }),
    )
    .max(MAX_EPOCHS),
  restoredEpoch: epochCount,
  stopReason: z.enum(['done', 'early', 'stopped', 'diverged']),
  notices: z.array(sentence).max(100),
});

/** Names that reports had in files of earlier builds, and those they have now. */
const PRESENT_WORDS = new Map([
  ['figure', 'metric'],
  ['heldOutFigure', 'heldOutMetric'],
  ['keptEpoch', 'restoredEpoch'],
  ['ended', 'stopReason'],
]);

/** A stored report with its fields, and those of its epochs, under their present names. */
function inPresentWords(report: unknown): unknown {
  if (typeof report !== 'object' || report === null || Array.isArray(report)) return report;
  return Object.fromEntries(
    Object.entries(report).map(([name, value]: [string, unknown]) => [
      PRESENT_WORDS.get(name) ?? name,
      name === 'history' && Array.isArray(value) ? value.map(inPresentWords) : value,
    ]),
  );
}

/** The run that a file holds, once it is sure that it belongs to the data at hand. @throws DataError */
function opened(session: Session, file: string, model: ModelFile): Run {
  const dataset = session.requireDataset();
  const wrong = (expected: string, found: string) => new DataError(expected, found, { file });
  const { preset, options } = requested(file, model);
  const { roles, interactions } = dataset;
  for (const side of ['row', 'column'] as const) {
    const problem = otherIds(side === 'row' ? model.rows : model.columns, interactions[side].ids);
    if (problem) {
      const word = roles[side];
      throw wrong(
        `the data that the model was trained on, with ${problem.expected(word)}`,
        `${problem.found(word)}: open that data first, cleaned as it was`,
      );
    }
  }
  const setup = prepareRun(dataset, preset, options);
  if (pairsOf(setup.split) !== model.pairs) {
    throw wrong(
      'the pairs that the model was trained on',
      `others of the same ${roles.row.many} and ${roles.column.many}`,
    );
  }
  requireShapes(model, setup, wrong);
  for (const { name, values } of model.tables) {
    const unsound = unsoundParameter(values);
    if (unsound !== null) throw wrong(`numbers that a model can work with in the table “${name}”`, String(unsound));
  }
  const stored = inPresentWords(model.report);
  const parsed = storedReport.safeParse(stored);
  if (!parsed.success) {
    const { path } = parsed.error.issues[0];
    throw wrong(
      'a report of the run',
      path.length > 0 ? `${path.join('.')} ${excerpt(valueAt(stored, path))}` : 'none',
    );
  }
  const { model: spec, data, split, trained } = setup;
  const none = new Float32Array(0);
  const state = {
    step: parsed.data.steps,
    tables: model.tables.map((table) => ({ ...table, m: none, v: none })),
  };
  const report: TrainReport = {
    ...parsed.data,
    run: ++session.runs,
    preset: preset.id,
    options,
    parameters: parameterCount(spec, trained.rows, trained.columns),
    loss: parsed.data.history.map(({ loss }) => loss),
    heldOutLoss: parsed.data.history.flatMap(({ heldOutLoss }) => heldOutLoss ?? []),
    heldOutPairs: split.heldOut.indices.length,
    trained,
  };
  return {
    id: report.run,
    preset,
    options,
    split,
    learned: toTrainedModel(spec, state, data),
    tables: model.tables,
    report,
    evaluation: null,
    ranked: null,
    continuation: null,
  };
}

/** @throws InputError for a preset or options that this version does not have */
function requested(file: string, model: ModelFile) {
  try {
    const preset = presetById(model.preset);
    return { preset, options: completeOptions(preset.options, model.options) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.message, { file });
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  const found = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
  return Array.isArray(found) ? `with ${found.length} entries` : (found ?? 'missing');
}

type Word = { readonly one: string; readonly many: string };

/** How ids differ from those of the data, or null. */
function otherIds(ids: readonly string[], there: StringTable) {
  if (ids.length !== there.length) {
    return {
      expected: ({ many }: Word) => `${ids.length} ${many}`,
      found: ({ many }: Word) => `${there.length} ${many}`,
    };
  }
  const at = ids.findIndex((id, i) => id !== there.get(i));
  if (at < 0) return null;
  return {
    expected: ({ one }: Word) => `the ${one} “${ids[at]}” in place ${at + 1}`,
    found: ({ one }: Word) => `the ${one} “${there.get(at)}”`,
  };
}

function requireShapes(
  { tables }: ModelFile,
  { model, data: { train } }: RunSetup,
  wrong: (expected: string, found: string) => DataError,
): void {
  const wanted = tableShapes(model, train.rows, train.columns);
  const list = (all: readonly { name: string; shape: readonly [number, number] }[]) =>
    all.map(({ name, shape }) => `${name} ${shape.join(' × ')}`).join(', ') || 'none';
  if (list(wanted) !== list(tables)) throw wrong(`tables ${list(wanted)}`, list(tables));
}

function pairsOf({ train }: Run['split']): string {
  return fingerprint(train.offsets, train.indices);
}
