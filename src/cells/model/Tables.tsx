import { useEffect, useRef } from 'react';
import type { MatrixCorner } from '../../kernel/protocol';
import { type FactorSpec, type TableName, tableShapes } from '../../models/factor';
import { useActions, useNotebookState, useRoles } from '../../notebook/context';
import { count } from '../../notebook/format';
import { useAnswer } from '../../ui/useAnswer';
import { useColours } from '../../ui/useColours';
import styles from './View.module.css';

const SIZE = 100;

/** The tables that training will fill, and a corner of what they predict, before and after. */
export function Tables({ model, rows, columns }: { model: FactorSpec; rows: number; columns: number }) {
  const roles = useRoles();
  const actions = useActions();
  const settings = useNotebookState(({ notebook }) => notebook.model);
  const data = useNotebookState(({ runtimes }) => runtimes.dataset.run);
  const run = useNotebookState(({ outputs }) => outputs.training?.run);
  const words: Record<TableName, string> = {
    row: `${roles.row.many}`,
    input: `${roles.column.many}, what they say`,
    column: model.rowVector === 'pooled' ? `${roles.column.many}, to be predicted` : roles.column.many,
    bias: `${roles.column.many}, how common`,
  };
  const before = useAnswer(() => actions.corner(SIZE, false), [JSON.stringify(settings), data]);
  const after = useAnswer(() => (run === undefined ? null : actions.corner(SIZE, true)), [run, data]);
  return (
    <div className={styles.tables}>
      <table>
        <caption>Embedding tables</caption>
        <tbody>
          {tableShapes(model, rows, columns).map(({ name, shape }) => (
            <tr key={name}>
              <th scope="row">{words[name]}</th>
              <td data-shape={name}>
                {count(shape[0])} × {count(shape[1])}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Corner title="Scores before training" corner={before.value} />
      <Corner title="and after" corner={run === undefined ? null : after.value} />
    </div>
  );
}

function Corner({ title, corner }: { title: string; corner: MatrixCorner | null }) {
  const roles = useRoles();
  const { theme, accent } = useColours();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    context.clearRect(0, 0, SIZE, SIZE);
    if (!corner) return;
    const { rows, columns, scores, pairs } = corner;
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
  }, [corner, theme, accent]);
  return (
    <figure className={styles.corner} data-corner={corner ? 'drawn' : 'empty'}>
      <canvas ref={canvas} width={SIZE} height={SIZE} />
      <figcaption>
        {title}
        <small>
          {corner
            ? `first ${corner.rows} ${roles.row.many} × ${corner.columns} ${roles.column.many}; in colour, pairs that exist`
            : 'nothing trained yet'}
        </small>
      </figcaption>
    </figure>
  );
}
