import type { Config, Data, Layout, PlotlyHTMLElement, PlotMouseEvent, PlotSelectionEvent } from 'plotly.js';
import { useEffect, useRef, useState } from 'react';
import { messageOf } from '../errors';
import { loadPart } from '../load-part';
import styles from './Plot.module.css';
import { useColours } from './useColours';

export type { Data, Layout };

interface PlotProps {
  data: Data[];
  layout: Partial<Layout>;
  /** Pixels. */
  height: number;
  /** What the plot shows, for those who cannot see it. */
  label: string;
  fileName: string;
  selectable?: boolean;
  onPoint?: (customdata: unknown) => void;
  onHover?: (point: { customdata: unknown; x: number; y: number } | null) => void;
  onSelected?: (customdata: unknown[] | null) => void;
}

/** Rest after a drawing, in drawing times. */
const REST = 2;

type PlotlyModule = typeof import('./plotly')['default'];

/** A Plotly figure: loaded when first needed, drawn anew when its data changes, never twice at once. */
export function Plot({
  data,
  layout,
  height,
  label,
  fileName,
  selectable = false,
  onPoint,
  onHover,
  onSelected,
}: PlotProps) {
  const element = useRef<HTMLDivElement>(null);
  const [plotly, setPlotly] = useState<PlotlyModule | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const colours = useColours();
  const events = useRef({ onPoint, onHover, onSelected });
  events.current = { onPoint, onHover, onSelected };
  /** Runs while a drawing, or the rest after it, lasts. */
  const rest = useRef<ReturnType<typeof setTimeout> | null>(null);
  const waiting = useRef<(() => void) | null>(null);
  /** What nobody sees is not drawn until it is scrolled near. */
  const inView = useRef(false);

  useEffect(() => {
    let alive = true;
    if (failed) return;
    loadPart(() => import('./plotly')).then(
      (module) => alive && setPlotly(() => module.default),
      (error: unknown) => alive && setFailed(messageOf(error)),
    );
    return () => {
      alive = false;
    };
  }, [failed]);

  const drawWaiting = useRef(() => {
    if (rest.current !== null || !inView.current) return;
    const next = waiting.current;
    waiting.current = null;
    next?.();
  }).current;

  useEffect(() => {
    const node = element.current;
    if (!node) return;
    const observer = new IntersectionObserver(
      (entries) => {
        inView.current = entries.at(-1)?.isIntersecting ?? false;
        drawWaiting();
      },
      { rootMargin: '300px' },
    );
    observer.observe(node);
    return () => observer.disconnect();
  }, [drawWaiting]);

  useEffect(() => {
    const node = element.current;
    if (!plotly || !node) return;
    const draw = async () => {
      rest.current = setTimeout(() => undefined);
      const started = performance.now();
      try {
        await plotly.react(node, data, { ...themed(layout, colours), height }, config(plotly, fileName, selectable));
        listen(node as unknown as PlotlyHTMLElement, events);
      } finally {
        // A drawing that is slow here, without a GPU say, must not keep the page from doing anything else.
        const took = performance.now() - started;
        rest.current = setTimeout(() => {
          rest.current = null;
          drawWaiting();
        }, REST * took);
      }
    };
    waiting.current = () => void draw();
    drawWaiting();
  }, [plotly, data, layout, height, colours, fileName, selectable, drawWaiting]);

  useEffect(() => {
    const node = element.current;
    if (!plotly || !node) return;
    const observer = new ResizeObserver(() => {
      if (node.querySelector('.main-svg')) void plotly.Plots.resize(node);
    });
    observer.observe(node);
    return () => {
      observer.disconnect();
      waiting.current = null;
      if (rest.current !== null) clearTimeout(rest.current);
      rest.current = null;
      plotly.purge(node);
    };
  }, [plotly]);

  return (
    <figure className={styles.frame} style={{ height }} aria-label={label} data-selectable={selectable || undefined}>
      {!plotly && (
        <span className={styles.loading} role={failed ? 'alert' : undefined}>
          {failed ?? 'Loading the plot…'}{' '}
          {failed && (
            <button type="button" className="linklike" onClick={() => setFailed(null)}>
              Retry
            </button>
          )}
        </span>
      )}
      <div ref={element} className={styles.plot} data-plot />
    </figure>
  );
}

/** Text for Plotly, which reads some tags and entities in labels: shown as it is. */
export function plain(text: string, length = 60): string {
  const cut = text.length > length ? `${text.slice(0, length - 1)}…` : text;
  return cut.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('$', '&#36;');
}

function themed(layout: Partial<Layout>, colours: ReturnType<typeof useColours>): Partial<Layout> {
  const axis = {
    gridcolor: colours.line,
    zerolinecolor: colours.line,
    linecolor: colours.line,
    tickcolor: colours.line,
    automargin: true,
    // Numbers as everywhere on the page: 14,820 rather than 14.82k.
    separatethousands: true,
    exponentformat: 'none' as const,
  };
  return {
    autosize: true,
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    margin: { l: 48, r: 12, t: 12, b: 40 },
    hoverlabel: {
      bgcolor: colours.raised,
      bordercolor: colours.line,
      font: { color: colours.ink, family: colours.font },
    },
    ...layout,
    font: { family: colours.font, size: 12, color: colours.soft },
    modebar: { bgcolor: 'rgba(0,0,0,0)', color: colours.faint, activecolor: colours.accent, orientation: 'h' },
    xaxis: { ...axis, ...layout.xaxis },
    yaxis: { ...axis, ...layout.yaxis },
  };
}

/** A curve with its handles, for drawings that stay sharp at any size. */
const CURVE = {
  width: 24,
  height: 24,
  path: 'M9 2h6v6h-1.6c3.6 1.2 6.2 4.3 6.9 8H22v6h-6v-6h2.2c-.8-3.6-3.2-6-6.2-6s-5.4 2.4-6.2 6H8v6H2v-6h1.7c.7-3.7 3.3-6.8 6.9-8H9z',
};

function config(plotly: PlotlyModule, fileName: string, selectable: boolean): Partial<Config> {
  const download = (format: 'png' | 'svg', title: string, icon: object) => ({
    name: `download-${format}`,
    title,
    icon,
    click: (node: unknown) => {
      void plotly.downloadImage(
        node as HTMLElement,
        { format, filename: fileName, width: 1400, height: 1000, scale: 1 } as never,
      );
    },
  });
  return {
    displaylogo: false,
    displayModeBar: true,
    responsive: false,
    doubleClick: 'reset',
    scrollZoom: selectable,
    modeBarButtons: [
      [
        download('png', 'Download as a picture (PNG)', plotly.Icons.camera),
        download('svg', 'Download as a drawing (SVG)', CURVE),
      ],
      selectable ? ['zoom2d', 'pan2d', 'select2d', 'lasso2d'] : ['zoom2d', 'pan2d'],
      ['zoomIn2d', 'zoomOut2d', 'resetScale2d'],
    ],
  } as Partial<Config>;
}

function listen(
  node: PlotlyHTMLElement & { cofactorListens?: boolean },
  events: { current: Pick<PlotProps, 'onPoint' | 'onHover' | 'onSelected'> },
): void {
  if (node.cofactorListens || !node.on) return;
  node.cofactorListens = true;
  node.on('plotly_click', ({ points }: PlotMouseEvent) => events.current.onPoint?.(points[0]?.customdata));
  node.on('plotly_hover', ({ points, event }: PlotMouseEvent) => {
    const box = node.getBoundingClientRect();
    events.current.onHover?.({
      customdata: points[0]?.customdata,
      x: event.clientX - box.left,
      y: event.clientY - box.top,
    });
  });
  node.on('plotly_unhover', () => events.current.onHover?.(null));
  // Plotly says nothing of a pointer that leaves for a toolbar or another part of the page.
  node.addEventListener('mouseleave', () => events.current.onHover?.(null));
  node.on('plotly_selected', (event: PlotSelectionEvent | undefined) => {
    if (event?.points) events.current.onSelected?.(event.points.map(({ customdata }) => customdata));
  });
  node.on('plotly_deselect', () => events.current.onSelected?.(null));
}
