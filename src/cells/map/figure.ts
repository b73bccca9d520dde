import type { MapColour } from '../../kernel/protocol';
import type { MapOutput } from '../../notebook/store';
import { type Data, type Layout, plain } from '../../ui/Plot';
import { CATEGORY_COLOURS, CATEGORY_SHAPES, NUMBER_SCALE, OTHER_COLOUR } from '../../ui/palette';
import type { Colours } from '../../ui/useColours';

const LABELS = 36;
const OTHER = 'other';
/** The scale holds log10 of a count; its ticks say the count. */
const LOG_TICKS = { tickvals: [0, 1, 2, 3, 4, 5], ticktext: ['1', '10', '100', '1,000', '10,000', '100,000'] };

/** Position in the map of each row or column, or -1: the inverse of `indices`. */
export function positionsOf({ x, indices, points }: MapOutput): Int32Array {
  if (!indices) return Int32Array.from({ length: x.length }, (_, i) => i);
  const positions = new Int32Array(points.count).fill(-1);
  indices.forEach((index, position) => {
    positions[index] = position;
  });
  return positions;
}

/** Name of the colouring that shows all points alike, small and see-through, as the seed's figure does. */
export const PLAIN = 'plain, as in the seed';

/** All points alike: black at a fifth of full strength, five pixels wide. */
export function plainTraces(map: MapOutput, ink: string): Data[] {
  const all = Array.from(map.x, (_, position) => position);
  const size = all.map(() => 5);
  return [trace(map, all, { name: 'points', showlegend: false, marker: { color: ink, opacity: 0.2, size } })];
}

/** The points as Plotly traces: one trace for numbers, one for each category. customdata is the row or column. */
export function pointTraces(map: MapOutput, colour: MapColour | null, word: string, theme: Colours['theme']): Data[] {
  const all = Array.from(map.x, (_, position) => position);
  if (!colour || colour.kind === 'number') {
    const degrees = map.points.degrees;
    const values = all.map((position) => {
      const index = indexAt(map, position);
      return colour ? colour.numbers[index] : Math.log10(Math.max(1, degrees[index]));
    });
    return [
      trace(map, all, {
        name: colour ? plain(colour.name) : word,
        showlegend: false,
        marker: {
          color: values,
          colorscale: NUMBER_SCALE[theme],
          showscale: true,
          colorbar: {
            title: { text: plain(colour ? colour.name : word, 24), side: 'right' },
            ...(colour ? {} : LOG_TICKS),
            thickness: 8,
            len: 0.5,
            outlinewidth: 0,
          },
        },
      }),
    ];
  }
  const groups = categoryGroups(map, colour);
  return groups.map(({ name, positions }, rank) =>
    trace(map, positions, {
      name: plain(name, 28),
      showlegend: true,
      marker: {
        color: name === OTHER && rank === groups.length - 1 ? OTHER_COLOUR : CATEGORY_COLOURS[rank],
        symbol: name === OTHER && rank === groups.length - 1 ? 'circle' : CATEGORY_SHAPES[rank],
        ...(name === OTHER && rank === groups.length - 1 ? { opacity: 0.35 } : {}),
      },
    }),
  );
}

/** The seven most frequent categories and, last, everything else. */
function categoryGroups(map: MapOutput, colour: Extract<MapColour, { kind: 'category' }>) {
  const counts = new Map<number, number>();
  for (let position = 0; position < map.x.length; position++) {
    const code = colour.codes[indexAt(map, position)];
    if (code >= 0) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const top = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, CATEGORY_COLOURS.length);
  const groups = top.map(([code]) => ({ name: colour.values[code], positions: [] as number[] }));
  const rankOf = new Map(top.map(([code], rank) => [code, rank]));
  const other: number[] = [];
  for (let position = 0; position < map.x.length; position++) {
    const rank = rankOf.get(colour.codes[indexAt(map, position)]);
    if (rank === undefined) other.push(position);
    else groups[rank].positions.push(position);
  }
  return other.length > 0 ? [...groups, { name: OTHER, positions: other }] : groups;
}

function trace(map: MapOutput, positions: number[], rest: Partial<Data> & { marker: object }): Data {
  const { degrees } = map.points;
  const many = map.x.length > 6000;
  return {
    type: 'scattergl',
    mode: 'markers',
    x: positions.map((position) => map.x[position]),
    y: positions.map((position) => map.y[position]),
    customdata: positions.map((position) => indexAt(map, position)),
    // The page shows its own card: labels from files never pass through Plotly's hover markup.
    hoverinfo: 'none',
    ...rest,
    marker: {
      size: positions.map((position) => (many ? 3 : 4) + 2.2 * Math.log10(1 + degrees[indexAt(map, position)])),
      opacity: many ? 0.6 : 0.75,
      line: { width: 0 },
      ...rest.marker,
    },
    selected: { marker: { opacity: 1 } },
    unselected: { marker: { opacity: 0.12 } },
  } as unknown as Data;
}

/** Rings around some points: the selected one, its neighbours, or what was searched for. */
export function ringTrace(
  map: MapOutput,
  positions: readonly number[],
  look: { name: string; size: number; width: number; colour: string },
): Data {
  return {
    type: 'scatter',
    mode: 'markers',
    name: look.name,
    showlegend: false,
    hoverinfo: 'skip',
    x: positions.map((position) => map.x[position]),
    y: positions.map((position) => map.y[position]),
    marker: {
      symbol: 'circle-open',
      size: look.size,
      color: look.colour,
      line: { width: look.width, color: look.colour },
    },
  } as Data;
}

/** Letters of a label that are shown. */
const LABEL_LENGTH = 26;

/** Labels of the most frequent points, as many as fit without covering each other in a plot of this size in pixels. */
export function labelAnnotations(
  map: MapOutput,
  colours: Colours,
  selected: number | null,
  size: { width: number; height: number },
): NonNullable<Layout['annotations']> {
  const { degrees, labels } = map.points;
  const [left, right] = range(map.x);
  const [low, high] = range(map.y);
  // Both axes have one scale, so that the plot fits its tighter side.
  const scale = Math.min(size.width / (right - left || 1), size.height / (high - low || 1));
  const boxOf = (position: number) => ({
    x: (map.x[position] - left) * scale,
    y: (map.y[position] - low) * scale,
    width: Math.min(LABEL_LENGTH, labels[indexAt(map, position)].length) * 6.6 + 8,
  });
  const taken: ReturnType<typeof boxOf>[] = [];
  const annotations: Partial<Layout['annotations'][number]>[] = [];
  const add = (position: number, strong: boolean) => {
    taken.push(boxOf(position));
    annotations.push({
      x: map.x[position],
      y: map.y[position],
      text: plain(labels[indexAt(map, position)], LABEL_LENGTH),
      showarrow: false,
      yshift: strong ? 19 : 11,
      captureevents: false,
      font: { family: colours.font, size: strong ? 14 : 11, color: strong ? colours.accent : colours.ink },
    });
  };
  if (selected !== null && selected >= 0) add(selected, true);
  const order = Array.from(map.x, (_, position) => position).sort(
    (a, b) => degrees[indexAt(map, b)] - degrees[indexAt(map, a)],
  );
  const most = size.width < 500 ? LABELS / 3 : LABELS;
  for (const position of order.slice(0, 400)) {
    if (annotations.length >= most) break;
    if (position === selected) continue;
    const box = boxOf(position);
    const free = taken.every(
      (other) => Math.abs(other.y - box.y) > 19 || Math.abs(other.x - box.x) > (other.width + box.width) / 2,
    );
    if (free) add(position, false);
  }
  return annotations as NonNullable<Layout['annotations']>;
}

export function indexAt({ indices }: MapOutput, position: number): number {
  return indices ? indices[position] : position;
}

function range(values: Float32Array): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
