import { useEffect, useRef, useState } from 'react';
import styles from './Explanation.module.css';

/** Draws a formula into an element. */
type Render = (tex: string, element: HTMLElement, display: boolean) => void;

let loading: Promise<Render> | null = null;

/** KaTeX and its fonts, loaded when the first formula is shown. */
function loadKatex(): Promise<Render> {
  loading ??= Promise.all([import('katex'), import('katex/dist/katex.min.css')]).then(
    ([{ default: katex }]) =>
      (tex, element, displayMode) =>
        katex.render(tex, element, { displayMode, throwOnError: false, trust: false }),
  );
  return loading;
}

/**
 * Paragraphs of our own text in which $…$ and $$…$$ are formulas. Formulas never come from a file.
 */
export function Explanation({ paragraphs }: { paragraphs: readonly string[] }) {
  const [render, setRender] = useState<Render | null>(null);
  useEffect(() => {
    let alive = true;
    void loadKatex().then((loaded) => alive && setRender(() => loaded));
    return () => {
      alive = false;
    };
  }, []);
  return (
    <div className={styles.explanation}>
      {paragraphs.map((paragraph) => {
        const display = /^\$\$(.*)\$\$$/s.exec(paragraph);
        if (display) return <Formula key={paragraph} tex={display[1]} render={render} display />;
        return (
          <p key={paragraph}>
            {paragraph
              .split(/(\$[^$]+\$)/)
              .map((part, i) =>
                part.startsWith('$') ? <Formula key={i} tex={part.slice(1, -1)} render={render} /> : part,
              )}
          </p>
        );
      })}
    </div>
  );
}

function Formula({ tex, render, display = false }: { tex: string; render: Render | null; display?: boolean }) {
  const element = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (render && element.current) render(tex, element.current, display);
  }, [tex, render, display]);
  return (
    <span ref={element} className={display ? styles.display : undefined}>
      {render || display ? null : tex}
    </span>
  );
}
