/** Some points of a map that share their value of a category. */
export interface CategoryGroup {
  readonly kind: 'value' | 'other' | 'unknown';
  readonly name: string;
  /** Positions in the map, ascending. */
  readonly positions: readonly number[];
}

/** Values beyond this share one colour: more cannot be distinguished. */
const MAX_CATEGORIES = 10;

/**
 * The most frequent values of a category among the points of a map, then all others, then those of which nothing is
 * known. Of a list such as “Drama|War” the first part counts. `codes` has the value of each point, or -1.
 */
export function categoryGroups(values: readonly string[], codes: ArrayLike<number>): CategoryGroup[] {
  const firsts = values.map(firstPart);
  const byName = new Map<string, number[]>();
  const unknown: number[] = [];
  for (let position = 0; position < codes.length; position++) {
    const name = codes[position] < 0 ? '' : firsts[codes[position]];
    if (name === '') {
      unknown.push(position);
      continue;
    }
    const positions = byName.get(name);
    if (positions) positions.push(position);
    else byName.set(name, [position]);
  }
  const sorted = [...byName].sort((a, b) => b[1].length - a[1].length || a[1][0] - b[1][0]);
  const others = sorted
    .slice(MAX_CATEGORIES)
    .flatMap(([, positions]) => positions)
    .sort((a, b) => a - b);
  const groups: CategoryGroup[] = [
    ...sorted.slice(0, MAX_CATEGORIES).map(([name, positions]): CategoryGroup => ({ kind: 'value', name, positions })),
    { kind: 'other', name: 'other', positions: others },
    { kind: 'unknown', name: 'not known', positions: unknown },
  ];
  return groups.filter(({ positions }) => positions.length > 0);
}

function firstPart(value: string): string {
  return value.split('|', 1)[0].trim();
}
