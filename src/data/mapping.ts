import { z } from './zod';

const word = z.object({ one: z.string().min(1), many: z.string().min(1) });
const words = { rowWord: word, columnWord: word };

/** Works in JSON: which list gives the columns, which fields name the row. */
export const jsonMapping = z.object({
  format: z.literal('json'),
  /** Path of the columns in a record, such as `subjects[].concepts[]`. */
  list: z.string().min(1),
  /** Field with the row's id; null numbers the rows in the order of their records. */
  id: z.string().nullable(),
  /** Field with the row's title; null shows the id. */
  title: z.string().nullable(),
  /** A column without an id: take its label for one, or leave it out as the seed does. */
  withoutId: z.enum(['label', 'skip']),
  /** Paths kept as metadata. */
  metadata: z.array(z.string()),
  /** Names of a record's elements where each record is a list; null where records are objects. */
  fields: z.array(z.string()).nullable().default(null),
  ...words,
});

/** How the lines of a table are cut into fields. */
const division = {
  /** One character, or two such as `::`. */
  delimiter: z.string().min(1).max(2),
  /** False where a quote is a character like any other. */
  quoted: z.boolean().default(true),
  /** Names of the fields where no line of the file names them; null takes them from the first line. */
  header: z.array(z.string().min(1)).nullable().default(null),
};

/** A file of facts about the rows or about the columns: users, books, movies. It is read after the pairs. */
const entityMapping = z.object({
  file: z.string(),
  side: z.enum(['row', 'column', 'ignore']),
  ...division,
  /** Divides several values within one field of metadata; they are kept divided by |. Empty takes them whole. */
  separator: z.string(),
  id: z.string(),
  /** Field with the label; null keeps the label that the entry has. */
  label: z.string().nullable(),
  /** Field that takes the place of an empty label. */
  otherLabel: z.string().nullable().default(null),
  metadata: z.array(z.string()),
  /** Fields of 0 and 1 that become one list: the names of those with 1, divided by |. */
  flags: z.object({ name: z.string(), fields: z.array(z.string()) }).nullable(),
});

/** A table of pairs: which field is the row, which the column. */
export const tableMapping = z.object({
  format: z.literal('table'),
  ...division,
  row: z.string(),
  rowLabel: z.string().nullable(),
  column: z.string(),
  columnLabel: z.string().nullable(),
  /** Splits one cell into several columns; empty takes the cell whole. */
  separator: z.string(),
  /** Field with the rating or weight of a pair. */
  value: z.string().nullable().default(null),
  /** Field with the time of a pair: seconds or milliseconds since 1970, or ISO 8601. */
  timestamp: z.string().nullable().default(null),
  metadata: z.array(z.string()),
  /** Files of facts about rows or columns. Every other file holds pairs. */
  sides: z.array(entityMapping).default([]),
  ...words,
});

/** How a file becomes an interaction matrix. Saved with the notebook. */
export const mapping = z.discriminatedUnion('format', [jsonMapping, tableMapping]);

export type JsonMapping = z.infer<typeof jsonMapping>;
export type TableMapping = z.infer<typeof tableMapping>;
export type EntityMapping = z.infer<typeof entityMapping>;
export type Mapping = z.infer<typeof mapping>;
