import type { Place } from '../../errors';
import { DataError, excerpt, kindOf } from '../data-error';
import { readableBytes } from '../decompress';
import { generatedNames } from '../field-names';
import type { Format, Inspection, ParseContext } from '../format';
import {
  compilePath,
  fieldName,
  findFields,
  findLists,
  firstText,
  isObject,
  labelOf,
  namedElements,
  scalarText,
  visitPath,
} from '../json-path';
import { jsonErrorOffset } from '../json-syntax';
import type { JsonMapping } from '../mapping';
import { decodeRecord, JsonListSplitter, LineSplitter, type RecordSplitter } from '../records';
import { plainText } from '../wikitext';
import { wordOf } from '../words';

const HEAD_RECORDS = 400;
const INFOBOX = 'infobox';
/** A record of an article of Wikipedia, as the parts p15_books.ndjson and their like hold them. */
const ARTICLE_FIELDS = ['title', INFOBOX, 'wikilinks', 'external links', 'edit date', 'characters'] as const;
const ARTICLE_ROLES = {
  list: 'wikilinks[]',
  id: 'title',
  title: 'title',
  metadata: ['genre', 'country', 'author', 'language', 'publisher'].map((name) => `${INFOBOX}.${name}`),
  rowWord: wordOf('book'),
  columnWord: wordOf('link'),
};
/** Records that may fail at the start before the file is taken for no JSON at all. */
const MAX_RECORDS_WITHOUT_PAIRS = 20;

/**
 * Works as JSON: one object a line, as the Wellcome Collection's snapshot ships them, or one list of objects,
 * or one list a line, as in the notebooks on books of Wikipedia.
 */
export const format: Format = {
  id: 'json',
  title: 'JSON lines',

  sniff(name, head) {
    const text = new TextDecoder()
      .decode(head.subarray(0, 256))
      .replace(/^\uFEFF/, '')
      .trimStart();
    if (/^(\[\s*)?\{\s*("|\})/.test(text)) return 0.9;
    if (/^\[\s*"/.test(text)) return 0.8;
    if (/\.(jsonl?|ndjson)(\.gz)?$/i.test(name)) return 0.8;
    return text.startsWith('{') || text.startsWith('[') ? 0.5 : 0;
  },

  inspect([{ name, head }]) {
    const records: JsonRecord[] = [];
    let failure: DataError | null = null;
    const take = (bytes: Uint8Array, line: number) => {
      if (records.length >= HEAD_RECORDS) return;
      try {
        records.push(parseRecord(bytes, line, name, 'any').record);
      } catch (error) {
        if (error instanceof DataError) failure ??= error;
      }
    };
    const splitter = splitterFor(head, take, () => undefined, Number.POSITIVE_INFINITY);
    splitter.push(head);
    // A head that ends inside its only record is still worth a look.
    if (records.length === 0) splitter.end();
    if (records.length === 0) {
      throw failure ?? new DataError('works in JSON lines', 'no record', { file: name, line: 1 });
    }
    const lists = records.filter((record) => Array.isArray(record));
    if (lists.length * 2 <= records.length) return inspectRecords(records.filter(isObject), null, name);
    const article = lists.filter(isArticle).length * 2 > lists.length;
    const width = Math.max(...lists.map((list) => list.length));
    const fields = article ? [...ARTICLE_FIELDS] : generatedNames(width);
    const named = lists.map((list) => namedElements(list, fields));
    const inspection = inspectRecords(named, fields, name);
    return article ? { ...inspection, mapping: { ...inspection.mapping, ...ARTICLE_ROLES } } : inspection;
  },

  async parse(bytes, mapping, context) {
    if (mapping.format !== 'json') throw new TypeError(`expected a json mapping, found ${mapping.format}`);
    const reader = recordReader(mapping, context);
    let splitter: RecordSplitter | null = null;
    for await (const chunk of bytes) {
      splitter ??= splitterFor(chunk, reader.take, reader.tooLong, context.maxRecordBytes);
      splitter.push(chunk);
    }
    splitter?.end();
    if (splitter instanceof JsonListSplitter && !splitter.closed) {
      throw new DataError('the ] that closes the list', 'the end of the file', {
        file: context.fileName,
        line: splitter.currentLine,
      });
    }
  },
};

function isArticle(list: readonly unknown[]): boolean {
  const [title, infobox, links, externalLinks, date, characters] = list;
  return (
    typeof title === 'string' &&
    isObject(infobox) &&
    Array.isArray(links) &&
    Array.isArray(externalLinks) &&
    typeof date === 'string' &&
    typeof characters === 'number'
  );
}

function splitterFor(
  head: Uint8Array,
  onRecord: (bytes: Uint8Array, line: number) => void,
  onTooLong: (line: number) => void,
  limit: number,
): RecordSplitter {
  const text = new TextDecoder()
    .decode(head.subarray(0, 64))
    .replace(/^\uFEFF/, '')
    .trimStart();
  return /^\[\s*(\{|\]|$)/.test(text)
    ? new JsonListSplitter(onRecord, onTooLong, limit)
    : new LineSplitter(onRecord, onTooLong, limit);
}

type JsonRecord = Record<string, unknown> | unknown[];
/** What the records of a file are; any of the two before that is known. */
type RecordKind = 'object' | 'list' | 'any';

function parseRecord(
  bytes: Uint8Array,
  line: number,
  file: string,
  kind: RecordKind,
): { record: JsonRecord; latin1: boolean } {
  const { text, latin1 } = decodeRecord(bytes);
  const expected = kind === 'list' ? 'a JSON list' : 'a JSON object';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const error = new DataError(expected, `“${excerpt(text)}”`, { file, ...placeOf(text, line) });
    error.cause = cause;
    throw error;
  }
  if (kind !== 'list' && isObject(value)) return { record: value, latin1 };
  if (kind !== 'object' && Array.isArray(value)) return { record: value, latin1 };
  throw new DataError(expected, kindOf(value), { file, line });
}

/** Where a record stops being JSON. One of a list begins with blanks and can take several lines. */
function placeOf(text: string, line: number): Place {
  const before = text.slice(0, jsonErrorOffset(text) ?? text.length);
  // What never began to be JSON has no place in it.
  if (before.trim() === '') return { line };
  return { line: line + before.trimStart().split('\n').length - 1, column: before.length - before.lastIndexOf('\n') };
}

function inspectRecords(
  records: Record<string, unknown>[],
  elements: string[] | null,
  name: string,
): Inspection & { mapping: JsonMapping } {
  const lists = findLists(records);
  const keys = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const scalars = keys.filter((key) => records.some((record) => scalarText(record[key]) !== null));
  const id = scalars.find((key) => /^(_?id|identifier|uri|accession_?number|object_?id)$/i.test(key)) ?? null;
  const title = scalars.find((key) => /^(title|name|label|preferred_?title|headline)$/i.test(key)) ?? null;
  const list = lists[0];
  const type = records.map((record) => scalarText(record.type)).find((text) => text !== null);
  if (!list) {
    throw new DataError(
      'a list of subjects in each record, such as subjects[].concepts[] or tags[]',
      `only ${
        keys
          .slice(0, 8)
          .map((key) => `“${excerpt(key, 30)}”`)
          .join(', ') || 'empty objects'
      }`,
      { file: name },
    );
  }
  const mapping: JsonMapping = {
    format: 'json',
    list: list.path,
    id,
    title,
    withoutId: 'label',
    metadata: findFields(
      records,
      [id, title, ...list.path.split(/[.[]/).slice(0, 1)].filter((key) => key !== null),
    ),
    fields: elements,
    rowWord: wordOf(type && type.length < 20 ? type : 'work'),
    columnWord: wordOf(list.path.split(/[.[]/)[0]),
  };
  const fields = scalars.slice(0, 40);
  return {
    format: 'json',
    file: name,
    mapping,
    certain: true,
    lists: lists.slice(0, 20),
    fields,
    preview: records.slice(0, 5).map((record) => fields.slice(0, 8).map((key) => excerpt(record[key] ?? '', 80))),
    cuts: [],
    sides: [],
  };
}

/** Turns records into rows, columns and pairs of the builder. */
function recordReader(mapping: JsonMapping, context: ParseContext) {
  const { builder, report, fileName } = context;
  const list = compilePath(mapping.list);
  const fields = mapping.metadata.map((path) => ({ name: fieldName(path), steps: compilePath(path) }));
  let good = 0;

  const reject = (line: number, reason: string, text: string) => {
    report.reject({ file: fileName, line, reason, excerpt: excerpt(text, 80) });
  };

  const take = (bytes: Uint8Array, line: number) => {
    report.records++;
    let parsed: ReturnType<typeof parseRecord>;
    try {
      parsed = parseRecord(bytes, line, fileName, mapping.fields === null ? 'object' : 'list');
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      reject(line, `expected ${error.expected}, found ${error.found}`, decodeRecord(bytes).text);
      if (good === 0 && report.rejected >= MAX_RECORDS_WITHOUT_PAIRS) throw error;
      return;
    }
    good++;
    if (parsed.latin1) report.repair('Bytes that are not UTF-8, read as Latin-1', line);
    const record = Array.isArray(parsed.record) ? namedElements(parsed.record, mapping.fields ?? []) : parsed.record;
    const id = mapping.id === null ? `record ${report.records}` : readId(record[mapping.id]);
    if (id === null) {
      reject(
        line,
        `expected a text or a number as “${mapping.id}”, found ${kindOf(record[mapping.id as string])}`,
        JSON.stringify(record),
      );
      return;
    }
    const title = mapping.title === null ? null : labelOf(record[mapping.title]);
    const row = builder.row(id, title || id, true);
    visitPath(record, list, (value) => {
      const column = readColumn(value, mapping.withoutId);
      if (column === 'no id') {
        report.repair(`${mapping.columnWord.many} without an id, left out`, line);
      } else if (column === null) {
        reject(line, `expected a text or an object with a label at ${mapping.list}, found ${kindOf(value)}`, '');
      } else {
        if (column.repaired) report.repair(`${mapping.columnWord.many} without an id, known by their label`, line);
        const index = builder.column(column.id, column.label);
        builder.pair(row, index);
        if (column.type) builder.columnValue(index, 'type', column.type);
      }
    });
    for (const { name, steps } of fields) {
      const raw = firstText(record, steps);
      const text = raw && steps[0].key === INFOBOX ? plainText(raw) : raw;
      if (text) builder.rowValue(row, name, text);
    }
  };

  const tooLong = (line: number) => {
    report.records++;
    reject(line, `expected at most ${readableBytes(context.maxRecordBytes)} in one record, found more`, '');
  };
  return { take, tooLong };
}

function readId(value: unknown): string | null {
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  if (typeof value === 'number') return String(value);
  return null;
}

function readColumn(value: unknown, withoutId: JsonMapping['withoutId']) {
  if (typeof value === 'string' || typeof value === 'number') {
    const label = String(value).trim();
    return label === '' ? null : { id: label, label, repaired: false, type: null };
  }
  if (!isObject(value)) return null;
  const label = labelOf(value);
  const id = readId(value.id);
  const type = typeof value.type === 'string' ? value.type : null;
  if (id !== null) return { id, label: label || id, repaired: false, type };
  if (withoutId === 'skip') return 'no id';
  return label ? { id: `label:${label}`, label, repaired: true, type } : null;
}
