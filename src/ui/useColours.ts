import { useEffect, useState } from 'react';

export interface Colours {
  readonly theme: 'light' | 'dark';
  readonly ink: string;
  readonly soft: string;
  readonly faint: string;
  readonly line: string;
  readonly raised: string;
  readonly paper: string;
  readonly accent: string;
  readonly held: string;
  readonly font: string;
}

/** The page's colours as values, for drawings that cannot use CSS variables; follows the theme. */
export function useColours(): Colours {
  const [colours, setColours] = useState(read);
  useEffect(() => {
    const observer = new MutationObserver(() => setColours(read()));
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    setColours(read());
    return () => observer.disconnect();
  }, []);
  return colours;
}

function read(): Colours {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    theme: document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light',
    ink: value('--ink'),
    soft: value('--soft'),
    faint: value('--faint'),
    line: value('--line'),
    raised: value('--raised'),
    paper: value('--paper'),
    accent: value('--accent'),
    held: value('--mark-held'),
    font: value('--sans'),
  };
}
