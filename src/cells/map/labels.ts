import type { MapOutput } from '../../notebook/store';
import { type Layout, plain } from '../../ui/Plot';
import type { Colours } from '../../ui/useColours';
import { indexAt, range } from './figure';

type Annotation = Partial<Layout['annotations'][number]>;

/** A part of the map as it is shown: both axes have one scale. */
export interface View {
  /** Middle, in the map's units. */
  readonly x: number;
  readonly y: number;
  /** Pixels for one unit. */
  readonly scale: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

interface Box {
  /** Middle, in pixels from the left and from the top. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Letters of a label that are shown, and about how many pixels they take. */
const LABEL_LENGTH = 26;
const LETTER = 6.6;
const LINE = 17;
const LABELS = 36;
/** Frequent points that are tried for a label. */
const CANDIDATES = 400;

/** The whole map in a plot of this size in pixels. */
export function wholeView(map: MapOutput, { width, height }: { width: number; height: number }): View {
  const [left, right] = range(map.x);
  const [low, high] = range(map.y);
  return {
    x: (left + right) / 2,
    y: (low + high) / 2,
    scale: Math.min(width / (right - left || 1), height / (high - low || 1)),
    width,
    height,
  };
}

/** Of the neighbours, so many are in the corner: one that the layout tore away must not spread it over the whole map. */
const IN_CORNER = 0.8;
/** Share of the plot that the points of a corner take; the rest is for their names. */
const FILLED = 0.62;

/** The part of the map around a point that holds most of its neighbours, the nearest in the plane first. */
export function cornerView(map: MapOutput, selected: number, near: readonly number[], whole: View): View {
  const away = (position: number) => Math.hypot(map.x[position] - map.x[selected], map.y[position] - map.y[selected]);
  const inside = near.toSorted((a, b) => away(a) - away(b)).slice(0, Math.ceil(IN_CORNER * near.length));
  const points = [selected, ...inside];
  const [left, right] = range(Float32Array.from(points, (position) => map.x[position]));
  const [low, high] = range(Float32Array.from(points, (position) => map.y[position]));
  const scale = Math.min((FILLED * whole.width) / (right - left), (FILLED * whole.height) / (high - low));
  return {
    ...whole,
    x: (left + right) / 2,
    y: (low + high) / 2,
    // Points in one place have no extent of their own.
    scale: Math.min(scale, 200 * whole.scale),
  };
}

/** Whether a point is in view. */
export function inView(map: MapOutput, position: number, { x, y, scale, width, height }: View): boolean {
  return Math.abs(map.x[position] - x) * scale <= width / 2 && Math.abs(map.y[position] - y) * scale <= height / 2;
}

interface LabelChoice {
  readonly selected: number | null;
  /** Points that get their label whatever is in the way, on a line where there is no room. */
  readonly wanted: readonly number[];
  /** Whether the most frequent others are labelled too, as many as fit. */
  readonly frequent: boolean;
}

/** Names beside points: none covers another. */
export function labelAnnotations(
  map: MapOutput,
  { selected, wanted, frequent }: LabelChoice,
  view: View,
  colours: Colours,
): NonNullable<Layout['annotations']> {
  const { degrees, labels } = map.points;
  const textOf = (position: number) => labels[indexAt(map, position)];
  const at = (position: number) => ({
    x: view.width / 2 + (map.x[position] - view.x) * view.scale,
    y: view.height / 2 - (map.y[position] - view.y) * view.scale,
  });
  const taken: Box[] = [];
  const annotations: Annotation[] = [];
  const add = (position: number, box: Box, look: { strong?: boolean; line?: boolean }) => {
    taken.push(box);
    const point = at(position);
    const { ink, accent, faint, font } = colours;
    annotations.push({
      x: map.x[position],
      y: map.y[position],
      text: plain(textOf(position), LABEL_LENGTH),
      captureevents: false,
      font: { family: font, size: look.strong ? 14 : 11, color: look.strong ? accent : ink },
      ...(look.line
        ? {
            showarrow: true,
            arrowhead: 0,
            arrowwidth: 1,
            arrowcolor: faint,
            standoff: 6,
            ax: box.x - point.x,
            ay: box.y - point.y,
            borderpad: 0,
          }
        : { showarrow: false, yshift: point.y - box.y }),
    });
  };
  const boxOf = (position: number, right: number, up: number): Box => {
    const { x, y } = at(position);
    const letters = Math.min(LABEL_LENGTH, textOf(position).length);
    return { x: x + right, y: y - up, width: letters * LETTER + 8, height: LINE };
  };
  const isFree = (box: Box) => taken.every((other) => !overlap(box, other));

  const special = [...(selected === null ? [] : [selected]), ...wanted];
  // Names do not cover the points that they are about.
  for (const position of special) taken.push({ ...at(position), width: 10, height: 10 });
  if (selected !== null) add(selected, boxOf(selected, 0, 20), { strong: true });
  for (const position of wanted) {
    if (position === selected || !inView(map, position, view)) continue;
    const place = PLACES.map(([right, up]) => {
      const { width } = boxOf(position, 0, 0);
      return { box: boxOf(position, right * (width / 2 + 8) + Math.sign(right) * Math.abs(up) * 0.2, up), up, right };
    }).find(({ box }) => within(box, view) && isFree(box));
    if (place) add(position, place.box, { line: place.right !== 0 || Math.abs(place.up) > 16 });
  }
  if (!frequent) return annotations as NonNullable<Layout['annotations']>;
  const order = Array.from(map.x, (_, position) => position)
    .filter((position) => !special.includes(position) && inView(map, position, view))
    .sort((a, b) => degrees[indexAt(map, b)] - degrees[indexAt(map, a)]);
  const most = annotations.length + (view.width < 500 ? LABELS / 3 : LABELS);
  for (const position of order.slice(0, CANDIDATES)) {
    if (annotations.length >= most) break;
    const box = boxOf(position, 0, 11);
    if (isFree(box)) add(position, box, {});
  }
  return annotations as NonNullable<Layout['annotations']>;
}

/** Where a name may stand: widths of itself to the right, pixels up; the nearest first. */
const PLACES: readonly (readonly [number, number])[] = [12, 30, 48, 70, 95, 125, 160].flatMap((up) => [
  [0, up] as const,
  [0, -up - 2] as const,
  [1, up - 12] as const,
  [-1, up - 12] as const,
  [1, 12 - up] as const,
  [-1, 12 - up] as const,
]);

function overlap(a: Box, b: Box): boolean {
  return Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2;
}

function within(box: Box, { width, height }: View): boolean {
  return (
    box.x - box.width / 2 >= 0 &&
    box.x + box.width / 2 <= width &&
    box.y - box.height / 2 >= 0 &&
    box.y + box.height / 2 <= height
  );
}
