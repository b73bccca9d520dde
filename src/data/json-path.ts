/** One step into a JSON value: a key, and whether each element of the list there is meant. */
interface Step {
  readonly key: string;
  readonly each: boolean;
}

/** A place in a record, such as `subjects[].concepts[]` or `workType.label`. */
export type JsonPath = string;

export function compilePath(path: JsonPath): readonly Step[] {
  return path.split('.').map((part) => ({
    key: part.replace(/\[\]$/, ''),
    each: part.endsWith('[]'),
  }));
}

/** Calls `visit` with every value at the path; a step that is missing ends its branch. */
export function visitPath(value: unknown, steps: readonly Step[], visit: (value: unknown) => void, at = 0): void {
  if (at === steps.length) {
    visit(value);
    return;
  }
  if (!isObject(value)) return;
  const next = value[steps[at].key];
  if (next === undefined || next === null) return;
  if (!steps[at].each) visitPath(next, steps, visit, at + 1);
  else if (Array.isArray(next)) for (const element of next) visitPath(element, steps, visit, at + 1);
}

/** The first scalar at the path as text, or null. */
export function firstText(value: unknown, steps: readonly Step[]): string | null {
  let found: string | null = null;
  visitPath(value, steps, (leaf) => {
    if (found === null) found = scalarText(leaf);
  });
  return found;
}

/** Text of a string, number or boolean; null for anything else. */
export function scalarText(value: unknown): string | null {
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return null;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A record that is a list, as an object with a name for each element. */
export function namedElements(list: readonly unknown[], names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(list.map((element, i) => [names[i] ?? `field ${i + 1}`, element]));
}

/** A list found in the records that could be the columns of the matrix. */
export interface ListCandidate {
  readonly path: JsonPath;
  /** Values seen at the path in the records looked at. */
  readonly count: number;
  readonly examples: readonly string[];
}

const COLUMN_WORDS = [/subject/i, /tag|keyword/i, /concept|topic|theme/i, /genre|categor|class/i];
const DEPTH = 4;

/** Lists of texts or of labelled objects in the records, the likeliest first. */
export function findLists(records: readonly Record<string, unknown>[]): ListCandidate[] {
  const found = new Map<JsonPath, { count: number; examples: Set<string> }>();
  const walk = (value: unknown, path: string, throughList: boolean, depth: number): void => {
    if (depth > DEPTH) return;
    if (Array.isArray(value)) {
      for (const element of value) walk(element, `${path}[]`, true, depth + 1);
      return;
    }
    const label = throughList ? labelOf(value) : null;
    if (label !== null) {
      const entry = found.get(path) ?? { count: 0, examples: new Set() };
      entry.count++;
      if (entry.examples.size < 3) entry.examples.add(label);
      found.set(path, entry);
    }
    if (!isObject(value)) return;
    for (const [key, child] of Object.entries(value)) {
      if (child !== null && typeof child === 'object')
        walk(child, path ? `${path}.${key}` : key, throughList, depth + 1);
    }
  };
  for (const record of records) walk(record, '', false, 0);
  return [...found]
    .filter(([path]) => !path.includes('[][]'))
    .map(([path, { count, examples }]) => ({ path, count, examples: [...examples] }))
    .sort((a, b) => rank(b.path) - rank(a.path) || b.count - a.count);
}

/** What an element is called: itself, or its label. */
export function labelOf(value: unknown): string | null {
  const text = scalarText(value);
  if (text !== null) return text;
  if (!isObject(value)) return null;
  return scalarText(value.label) ?? scalarText(value.name) ?? scalarText(value.title) ?? scalarText(value.id);
}

function rank(path: string): number {
  const root = path.split(/[.[]/)[0];
  const word = COLUMN_WORDS.findIndex((pattern) => pattern.test(root));
  let score = word < 0 ? 0 : 10 * (COLUMN_WORDS.length - word);
  if (/\.concepts\[\]$/.test(path)) score += 5;
  if (/identifier|location|item|type/i.test(path)) score -= 20;
  return score - path.split('.').length;
}

/** Paths of single values that describe a record (its year, format, contributor, picture). */
export function findFields(records: readonly Record<string, unknown>[], except: readonly string[]): JsonPath[] {
  const values = new Map<JsonPath, Set<string>>();
  const note = (path: string, value: unknown) => {
    const text = scalarText(value);
    if (text === null || text === '') return;
    const seen = values.get(path) ?? new Set();
    // The ends of long texts differ where their beginnings, as of data addresses, do not.
    seen.add(text.length > 200 ? text.slice(-200) : text);
    values.set(path, seen);
  };
  for (const record of records) {
    for (const [key, value] of Object.entries(record)) {
      if (except.includes(key)) continue;
      note(key, value);
      if (isObject(value)) {
        note(`${key}.label`, value.label);
        note(`${key}.url`, value.url);
      }
      if (Array.isArray(value) && isObject(value[0])) {
        const first = value[0];
        note(`${key}[].label`, first.label);
        if (isObject(first.agent)) note(`${key}[].agent.label`, first.agent.label);
        if (Array.isArray(first.dates))
          note(`${key}[].dates[].label`, isObject(first.dates[0]) ? first.dates[0].label : null);
      }
    }
  }
  return [...values]
    .filter(([path, seen]) => (seen.size > 1 || records.length === 1) && !/identifier/i.test(path))
    .map(([path]) => path)
    .slice(0, 16);
}

/** A readable name for a path: `contributors[].agent.label` is "contributors". */
export function fieldName(path: JsonPath): string {
  const parts = path.replaceAll('[]', '').split('.');
  const meaningful = parts.filter((part) => !['label', 'agent', 'name', 'url', 'infobox'].includes(part));
  return (meaningful.length ? meaningful : parts).join(' ').replaceAll('_', ' ');
}
