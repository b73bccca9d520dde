import { useEffect, useRef } from 'react';
import type { RunSize, ScoreMatrixPreview } from '../../kernel/protocol';
import { type FactorSpec, type FactorTable, factorTables } from '../../models/factor';
import type { Preset } from '../../models/model';
import type { OptionValues } from '../../models/option';
import type { ModelSpec } from '../../models/spec';
import { useActions, useNotebookState, useRoles } from '../../notebook/context';
import { capital, count, countOf } from '../../notebook/format';
import { type Answer, useAnswer } from '../../ui/useAnswer';
import { useColours } from '../../ui/useColours';
import { Layers } from './Layers';
import { scorePreviewText } from './score-preview-text';
import styles from './View.module.css';

/** Rows and columns of the picture at most. */
const SIZE = 100;

interface ShapeProps {
  preset: Preset;
  /** Complete. */
  values: OptionValues;
  model: ModelSpec;
  rows: number;
  columns: number;
  /** Of a run of it; null until it is known. */
  size: RunSize | null;
}

/** What training will fill, and a corner of what it predicts, before and after. */
export function Shape({ preset, values, model, rows, columns, size }: ShapeProps) {
  const actions = useActions();
  // While other data is being read, what is there still answers for the data before.
  const data = useNotebookState(({ runtimes: { dataset } }) => (dataset.status === 'done' ? dataset.run : null));
  const trained = useNotebookState(({ runtimes }) => runtimes.training.hasOutput);
  const report = useNotebookState(({ outputs }) => outputs.training);
  const run = trained ? report?.run : undefined;
  // How long or how fast it will be trained says nothing of its beginning.
  const start = preset.options.filter(({ group }) => group !== 'training').map(({ id }) => values[id]);
  const before = useAnswer(
    () => (data === null ? null : actions.scorePreview(SIZE, null)),
    [preset.id, ...start, data],
  );
  const after = useAnswer(() => (run === undefined ? null : actions.scorePreview(SIZE, run)), [run, data]);
  const what = preset.learns === 'ratings' ? 'Predictions' : 'Scores';
  return (
    <div className={styles.tables} data-family={model.family}>
      <div>
        {model.family === 'factor' ? (
          <Tables model={model} rows={rows} columns={columns} />
        ) : (
          <Layers model={model} rows={rows} columns={columns} />
        )}
        {size && <Trained rows={rows} columns={columns} size={size} />}
      </div>
      <ScorePreview title={`${what} before training`} preview={before} />
      <ScorePreview title={`${what} after training`} preview={run === undefined ? NONE : after} />
    </div>
  );
}

const NONE: Answer<ScoreMatrixPreview> = { value: null, error: null };

/** What is trained, where the hold-out leaves fewer rows or columns than there are. */
function Trained({ rows, columns, size: { trained, parameters } }: { rows: number; columns: number; size: RunSize }) {
  const roles = useRoles();
  if (trained.rows === rows && trained.columns === columns) return null;
  return (
    <p className={styles.reason} data-trained>
      Trained: {countOf(trained.rows, roles.row)}, {countOf(trained.columns, roles.column)}, {count(parameters)}{' '}
      parameters. The rest is held out.
    </p>
  );
}

/** The tables of a factor model. */
function Tables({ model, rows, columns }: { model: FactorSpec; rows: number; columns: number }) {
  const roles = useRoles();
  const words: Record<FactorTable, string> = {
    row: roles.row.many,
    input: `${roles.column.many}, as input`,
    column: model.rowVector === 'pooled' ? `${roles.column.many}, as output` : roles.column.many,
    rowBias: `${roles.row.many}, bias`,
    columnBias: `${roles.column.many}, bias`,
    rowFeature: `features of ${roles.row.many}`,
    columnFeature: `features of ${roles.column.many}`,
    link: 'weight and shift',
  };
  return (
    <table className={styles.shapes}>
      <caption>Embedding tables</caption>
      <tbody>
        {factorTables(model, rows, columns).map(({ name, shape }) => (
          <tr key={name}>
            <th scope="row">{words[name]}</th>
            <td data-shape={name}>
              {count(shape[0])} × {count(shape[1])}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Largest side of the picture, and of one of its cells, in rem. */
const WIDTH = 9.5;
const CELL = 1.2;

function ScorePreview({
  title,
  preview: { value: preview, error },
}: {
  title: string;
  preview: Answer<ScoreMatrixPreview>;
}) {
  const roles = useRoles();
  const [rows, columns] = preview ? [preview.rows, preview.columns] : [SIZE, SIZE];
  const cell = Math.min(CELL, WIDTH / Math.max(rows, columns));
  const { theme, accent } = useColours();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    context.clearRect(0, 0, SIZE, SIZE);
    if (!preview) return;
    const { scores, pairs } = preview;
    const image = context.createImageData(columns, rows);
    const sorted = scores.toSorted();
    const [low, high] = [sorted[Math.floor(sorted.length * 0.01)], sorted[Math.ceil(sorted.length * 0.999) - 1]];
    for (let i = 0; i < scores.length; i++) {
      const share = Math.max(0, Math.min(1, (scores[i] - low) / (high - low || 1)));
      const shade = theme === 'dark' ? 30 + 225 * share : 250 - 235 * share;
      image.data.set([shade, shade, shade, 255], 4 * i);
    }
    context.putImageData(image, 0, 0);
    context.fillStyle = accent;
    for (const position of pairs) context.fillRect(position % columns, Math.floor(position / columns), 1, 1);
  }, [preview, rows, columns, theme, accent]);
  return (
    <figure className={styles.preview} data-score-preview={preview ? 'drawn' : 'empty'}>
      <canvas
        ref={canvas}
        width={columns}
        height={rows}
        style={{ width: `${cell * columns}rem`, height: `${cell * rows}rem` }}
        role="img"
        aria-label={
          preview ? `${title}. ${scorePreviewText(preview)}` : `${title}: ${error ? 'not known' : 'nothing yet'}`
        }
      />
      <figcaption>
        {title}
        <small>
          {preview
            ? `first ${countOf(preview.rows, roles.row)} × ${countOf(preview.columns, roles.column)}; ${theme === 'dark' ? 'lighter' : 'darker'} is higher, pairs that exist are in colour`
            : error
              ? capital(error)
              : 'Nothing trained yet'}
        </small>
      </figcaption>
    </figure>
  );
}
