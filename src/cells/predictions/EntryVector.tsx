import { useState } from 'react';
import type { Entity } from '../../kernel/protocol';
import { useActions, useNotebookState } from '../../notebook/context';
import { fixed } from '../../notebook/format';
import { useAnswer } from '../../ui/useAnswer';
import styles from './View.module.css';

const FIRST = 10;

/** The numbers that were learned of an entry: its embedding, as it is. */
export function EntryVector({ entity }: { entity: Entity }) {
  const actions = useActions();
  const run = useNotebookState(({ outputs }) => outputs.training?.run);
  const [all, setAll] = useState(false);
  const { side, index } = entity;
  const { value } = useAnswer(() => actions.vector(side, { index }), [side, index, run]);
  if (!value || value.unknown) return null;
  const numbers = [...(all ? value.values : value.values.slice(0, FIRST))];
  return (
    <div className={styles.vector} data-vector={value.values.length}>
      <h4>Vector</h4>
      <p>
        {numbers.map((number, i) => (
          <span key={i}>{fixed(number, 3)}</span>
        ))}
        {value.values.length > FIRST && (
          <button type="button" className="linklike" onClick={() => setAll(!all)}>
            {all ? `the first ${FIRST}` : `all ${value.values.length}`}
          </button>
        )}
      </p>
    </div>
  );
}
