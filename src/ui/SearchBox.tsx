import { useEffect, useState } from 'react';
import { ComboBox, Input, type Key, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components';
import styles from './SearchBox.module.css';

export interface SearchHit {
  readonly index: number;
  readonly id: string;
  readonly label: string;
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
  useEffect(() => {
    const controller = new AbortController();
    search(text, controller.signal).then(
      (next) => !controller.signal.aborted && setFound({ text, hits: next }),
      () => undefined,
    );
    return () => controller.abort();
  }, [text, search]);
  const pick = (key: Key | null) => {
    const hit = hits.find(({ index }) => index === key);
    if (!hit) return;
    onPick(hit);
    setText('');
  };
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
              {hit.id !== hit.label && <small>{hit.id}</small>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
