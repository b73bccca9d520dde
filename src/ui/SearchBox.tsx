import { useEffect, useRef, useState } from 'react';
import { ComboBox, Input, type Key, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components';
import styles from './SearchBox.module.css';

export interface SearchHit {
  readonly index: number;
  readonly label: string;
  /** Shown beside the label. */
  readonly note: string;
}

interface SearchBoxProps {
  label: string;
  placeholder: string;
  search: (text: string, signal: AbortSignal) => Promise<SearchHit[]>;
  onPick: (hit: SearchHit) => void;
}

/** Finds one of very many by name: the best hits while one types. */
export default function SearchBox({ label, placeholder, search, onPick }: SearchBoxProps) {
  const [text, setText] = useState('');
  // Hits of an older text are not shown under a newer one: one would pick what one does not see.
  const [found, setFound] = useState<{ text: string; hits: SearchHit[] }>({ text: '', hits: [] });
  const current = found.text === text;
  const hits = current ? found.hits : [];
  /** The text for which Enter came before its hits. */
  const entered = useRef<string | null>(null);
  const take = (hit: SearchHit | undefined) => {
    entered.current = null;
    if (!hit) return;
    onPick(hit);
    setText('');
  };
  const latestTake = useRef(take);
  latestTake.current = take;
  useEffect(() => {
    const controller = new AbortController();
    search(text, controller.signal).then(
      (next) => {
        if (controller.signal.aborted) return;
        setFound({ text, hits: next });
        if (entered.current === text) latestTake.current(next[0]);
      },
      () => undefined,
    );
    return () => controller.abort();
  }, [text, search]);
  const pick = (key: Key | null) => take(hits.find(({ index }) => index === key));
  return (
    <ComboBox
      className={styles.box}
      items={hits}
      inputValue={text}
      onInputChange={setText}
      selectedKey={null}
      onSelectionChange={pick}
      menuTrigger="input"
      allowsEmptyCollection={text.trim() !== ''}
    >
      <Label className="hidden-visually">{label}</Label>
      <Input
        className={`field ${styles.input}`}
        placeholder={placeholder}
        onKeyDown={(event) => {
          // With none of the hits marked, Enter takes the first.
          if (
            event.key === 'Enter' &&
            text.trim() !== '' &&
            !event.currentTarget.hasAttribute('aria-activedescendant')
          ) {
            event.preventDefault();
            event.stopPropagation();
            if (current) take(hits[0]);
            else entered.current = text;
            return;
          }
          // The first Esc clears what was typed; the next one leaves the box.
          if (event.key !== 'Escape' || text === '') return;
          setText('');
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <Popover className={styles.popover}>
        <ListBox<SearchHit>
          className={styles.list}
          renderEmptyState={() => <p className={styles.none}>{current ? 'Not found' : 'Searching…'}</p>}
        >
          {(hit) => (
            <ListBoxItem id={hit.index} textValue={hit.label} className={styles.item}>
              <span dir="auto">{hit.label}</span>
              <small>{hit.note}</small>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
