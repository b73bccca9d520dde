import { excerpt } from '../data-error';
import { readableBytes } from '../decompress';
import { fieldAt, guessDelimiter, rowSplitter, tableReader } from '../delimited';
import { entityReader } from '../entity-reader';
import type { Format, Inspection, ParseContext } from '../format';
import type { TableMapping } from '../mapping';
import { readTimestamp, readValue } from '../pair-values';
import type { OnRecord } from '../records';
import { alike, cutsOf, firstLine, lookAt, pairsAmong, sideOf, type TableLook } from '../table-files';
import {
  constantInRow,
  guessPair,
  guessSeparator,
  labelField,
  PAIR_VALUES,
  repeats,
  timestampField,
  valueField,
} from '../table-roles';
import { article, wordOf } from '../words';

/** CSV and other delimited tables, one pair (or one row with a list in a cell) a line, with files of facts beside them. */
export const format: Format = {
  id: 'table',
  title: 'CSV or TSV',

  sniff(name, head) {
    const line = firstLine(head);
    if (/^\s*[{[]/.test(line)) return 0;
    if (/\.(csv|tsv|dat|data|base|test|item|user|inter)(\.gz)?$/i.test(name)) return 0.85;
    return guessDelimiter(line) === null ? 0.05 : 0.6;
  },

  inspect(files) {
    const looks = files.map(lookAt);
    const pairs = pairsAmong(looks);
    const { mapping, certain } = inspectPairs(pairs);
    const others = looks.filter((look) => !alike(look, pairs));
    const head = files[looks.indexOf(pairs)].head;
    return {
      format: 'table',
      file: pairs.file,
      mapping: { ...mapping, sides: others.map((look) => sideOf(look, pairs, mapping)) },
      certain,
      lists: [],
      fields: pairs.names,
      preview: pairs.rows.slice(0, 5),
      cuts: cutsOf(head),
      sides: others.map(({ file, names }) => ({ file, fields: names })),
    };
  },

  async parse(bytes, mapping, context) {
    if (mapping.format !== 'table') throw new TypeError(`expected a table mapping, found ${mapping.format}`);
    const splitter = rowSplitter(mapping, pairReader(mapping, context), tooLong(context), context.maxRecordBytes);
    for await (const chunk of bytes) splitter.push(chunk);
    splitter.end();
  },

  async parseSide(bytes, side, mapping, context) {
    if (mapping.format !== 'table') throw new TypeError(`expected a table mapping, found ${mapping.format}`);
    const reader = entityReader(side, mapping, context);
    const splitter = rowSplitter(side, reader.take, tooLong(context), context.maxRecordBytes);
    for await (const chunk of bytes) splitter.push(chunk);
    splitter.end();
    reader.end();
  },
};

function inspectPairs(look: TableLook): Pick<Inspection, 'certain'> & { mapping: TableMapping } {
  const { names, rows, known } = look;
  const base = {
    format: 'table' as const,
    delimiter: look.delimiter,
    quoted: look.quoted,
    header: look.header,
    metadata: [] as string[],
    sides: [],
  };
  const roles = known?.layout.pairs;
  if (roles) {
    const { row, column, value, timestamp, rowWord, columnWord } = roles;
    const mapping: TableMapping = {
      ...base,
      row,
      rowLabel: null,
      column,
      columnLabel: null,
      separator: '',
      value: names.includes(value) ? value : null,
      timestamp: names.includes(timestamp) ? timestamp : null,
      rowWord,
      columnWord,
    };
    return { mapping, certain: true };
  }
  // Generated names say nothing about roles.
  const pair = look.named ? guessPair(names) : null;
  if (!pair) {
    const mapping: TableMapping = {
      ...base,
      row: '',
      rowLabel: null,
      column: '',
      columnLabel: null,
      separator: '',
      value: null,
      timestamp: null,
      rowWord: wordOf('row'),
      columnWord: wordOf('column'),
    };
    return { mapping, certain: false };
  }
  const mapping: TableMapping = {
    ...base,
    row: names[pair.row],
    rowLabel: labelField(names, pair.row, pair.column),
    column: names[pair.column],
    columnLabel: labelField(names, pair.column, pair.row),
    separator: guessSeparator(rows.map((row) => row[pair.column] ?? '')),
    value: null,
    timestamp: null,
    rowWord: wordOf(names[pair.row]),
    columnWord: wordOf(names[pair.column]),
  };
  const taken = new Set([mapping.row, mapping.rowLabel, mapping.column, mapping.columnLabel]);
  const free = (name: string | null) => (name !== null && !taken.has(name) ? name : null);
  if (mapping.separator === '') {
    mapping.value = free(valueField(names, rows));
    mapping.timestamp = free(timestampField(names, rows));
  }
  mapping.metadata = names.filter(
    (name, i) => !taken.has(name) && !PAIR_VALUES.test(name) && constantInRow(rows, pair.row, i),
  );
  const certain =
    mapping.separator !== '' || mapping.value !== null || repeats(rows, pair.row) || repeats(rows, pair.column);
  return { mapping, certain };
}

/** Turns rows of a table into rows, columns and pairs of the builder. */
function pairReader(mapping: TableMapping, context: ParseContext): OnRecord {
  const { builder, report, fileName, firstLines } = context;
  let at = { row: -1, rowLabel: -1, column: -1, columnLabel: -1, value: -1, timestamp: -1 };
  let metadata: { name: string; at: number }[] = [];

  const reject = (line: number, reason: string, text: string) => {
    report.reject({ file: fileName, line, reason, excerpt: excerpt(text, 80) });
  };
  const found = (text: string) => (text.trim() === '' ? 'nothing' : `“${excerpt(text.trim(), 30)}”`);

  return tableReader(mapping, {
    onNames(names) {
      const place = (name: string | null) => (name === null ? -1 : fieldAt(names, name, fileName));
      at = {
        row: place(mapping.row),
        rowLabel: place(mapping.rowLabel),
        column: place(mapping.column),
        columnLabel: place(mapping.columnLabel),
        value: place(mapping.value),
        timestamp: place(mapping.timestamp),
      };
      metadata = mapping.metadata.map((name) => ({ name, at: place(name) }));
    },
    onRow(cells, line, text) {
      report.records++;
      const id = cells[at.row].trim();
      if (id === '')
        return reject(line, `expected ${article(mapping.rowWord.one)} in “${mapping.row}”, found nothing`, text);
      const value = at.value < 0 ? Number.NaN : readValue(cells[at.value]);
      if (value === null) {
        return reject(line, `expected a number in “${mapping.value}”, found ${found(cells[at.value])}`, text);
      }
      const timestamp = at.timestamp < 0 ? Number.NaN : readTimestamp(cells[at.timestamp]);
      if (timestamp === null) {
        return reject(line, `expected a time in “${mapping.timestamp}”, found ${found(cells[at.timestamp])}`, text);
      }
      const row = builder.row(id, (at.rowLabel >= 0 && cells[at.rowLabel].trim()) || id);
      if (row === firstLines.row.length) firstLines.row.push(line);
      for (const field of metadata) {
        const fact = cells[field.at].trim();
        if (fact) builder.rowValue(row, field.name, fact);
      }
      const whole = cells[at.column];
      const parts = mapping.separator ? whole.split(mapping.separator) : [whole];
      let added = 0;
      for (const part of parts) {
        const columnId = part.trim();
        if (columnId === '') continue;
        const label = at.columnLabel >= 0 && parts.length === 1 ? cells[at.columnLabel].trim() : '';
        const column = builder.column(columnId, label || columnId);
        if (column === firstLines.column.length) firstLines.column.push(line);
        builder.pair(row, column, value, timestamp);
        added++;
      }
      // A row whose list is empty is a row without columns, counted as such; an empty pair is an error.
      if (added === 0 && !mapping.separator) {
        reject(line, `expected ${article(mapping.columnWord.one)} in “${mapping.column}”, found nothing`, text);
      }
    },
    onRagged(line, reason, text) {
      report.records++;
      reject(line, reason, text);
    },
    onLatin1: (line) => report.repair('Bytes that are not UTF-8, read as Latin-1', line),
  });
}

function tooLong({ report, fileName, maxRecordBytes }: ParseContext) {
  return (line: number) => {
    report.records++;
    const reason = `expected at most ${readableBytes(maxRecordBytes)} in one record, found more`;
    report.reject({ file: fileName, line, reason, excerpt: '' });
  };
}
