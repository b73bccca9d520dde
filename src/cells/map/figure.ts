import type { MapColour } from '../../kernel/protocol';
import type { MapOutput } from '../../notebook/store';
import { type Data, plain } from '../../ui/Plot';
import { CATEGORY_COLOURS, CATEGORY_SHAPES, NUMBER_SCALE, OTHER_COLOUR } from '../../ui/palette';
import type { Colours } from '../../ui/useColours';
import { type CategoryGroup, categoryGroups } from './categories';

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

/** Stands in saved notebooks for the colouring that shows all points alike, small and see-through. */
export const PLAIN = 'plain, as in the seed';
export const PLAIN_TITLE = 'plain, as in the tutorial';

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
  const codes = all.map((position) => colour.codes[indexAt(map, position)]);
  const traces = categoryGroups(colour.values, codes).map(({ kind, name, positions }, rank) =>
    trace(map, positions, {
      name: plain(name, 28),
      showlegend: true,
      legendrank: 1000 + rank,
      marker: markerOf(kind, rank),
    }),
  );
  // Drawn in turn, the frequent values over the others; the legend keeps its order.
  return traces.toReversed();
}

/** What is not one of the frequent values stays in the background. */
function markerOf(kind: CategoryGroup['kind'], rank: number): object {
  switch (kind) {
    case 'value':
      return { color: CATEGORY_COLOURS[rank], symbol: CATEGORY_SHAPES[rank] };
    case 'other':
      return { color: OTHER_COLOUR, symbol: 'circle', opacity: 0.35 };
    case 'unknown':
      return { color: OTHER_COLOUR, symbol: 'circle-open', opacity: 0.35 };
    default:
      return kind satisfies never;
  }
}

function trace(map: MapOutput, positions: readonly number[], rest: Partial<Data> & { marker: object }): Data {
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

export function indexAt({ indices }: MapOutput, position: number): number {
  return indices ? indices[position] : position;
}

/** Smallest and largest. */
export function range(values: Float32Array): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
