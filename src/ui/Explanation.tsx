import { useEffect, useRef, useState } from 'react';
import { loadPart } from '../load-part';
import styles from './Explanation.module.css';

/** Draws a formula into an element. */
type Render = (tex: string, element: HTMLElement, display: boolean) => void;

let loading: Promise<Render> | null = null;

/** KaTeX and its fonts, loaded when the first formula is shown. */
function loadKatex(): Promise<Render> {
  loading ??= loadPart(() => Promise.all([import('katex'), import('katex/dist/katex.min.css')])).then(
    ([{ default: katex }]) =>
      (tex, element, displayMode) =>
        katex.render(tex, element, { displayMode, throwOnError: false, trust: false }),
    (error: unknown) => {
      // The next formula asks again.
      loading = null;
      throw error;
    },
  );
  return loading;
}

/**
 * Paragraphs of our own text in which $…$ and $$…$$ are formulas. Formulas never come from a file.
 */
export function Explanation({ paragraphs }: { paragraphs: readonly string[] }) {
  const [render, setRender] = useState<Render | null>(null);
  // Without its typesetting a formula is still to be read.
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let alive = true;
    loadKatex().then(
      (loaded) => alive && setRender(() => loaded),
      () => alive && setFailed(true),
    );
    return () => {
      alive = false;
    };
  }, []);
  return (
    <div className={styles.explanation}>
      {paragraphs.map((paragraph) => {
        const display = /^\$\$(.*)\$\$$/s.exec(paragraph);
        if (display) return <Formula key={paragraph} tex={display[1]} render={render} source={failed} display />;
        return (
          <p key={paragraph}>
            {paragraph
              .split(/(\$[^$]+\$)/)
              .map((part, i) =>
                part.startsWith('$') ? <Formula key={i} tex={part.slice(1, -1)} render={render} source /> : part,
              )}
          </p>
        );
      })}
    </div>
  );
}

interface FormulaProps {
  tex: string;
  render: Render | null;
  /** Shows the formula as it is written while it is not typeset. */
  source: boolean;
  display?: boolean;
}

function Formula({ tex, render, source, display = false }: FormulaProps) {
  const element = useRef<HTMLSpanElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const span = element.current;
    if (!render || !span) return;
    render(tex, span, display);
    if (!display) return;
    // What scrolls must be reached by keys.
    let frame = 0;
    const observer = new ResizeObserver(() => {
      // In the next frame: WebKit takes a change within the round of observers for a loop.
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => setScrolls(span.scrollWidth > span.clientWidth));
    });
    observer.observe(span);
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
    };
  }, [tex, render, display]);
  const reachable = scrolls ? { tabIndex: 0, role: 'group', 'aria-label': 'Formula' } : {};
  return (
    <span ref={element} className={display ? styles.display : undefined} {...reachable}>
      {render || !source ? null : tex}
    </span>
  );
}
