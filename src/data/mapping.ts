import { z } from 'zod';

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
  ...words,
});

/** A table of pairs: which field is the row, which the column. */
export const tableMapping = z.object({
  format: z.literal('table'),
  delimiter: z.string().length(1),
  row: z.string(),
  rowLabel: z.string().nullable(),
  column: z.string(),
  columnLabel: z.string().nullable(),
  /** Splits one cell into several columns; empty takes the cell whole. */
  separator: z.string(),
  metadata: z.array(z.string()),
  ...words,
});

/** How a file becomes an interaction matrix. Saved with the notebook. */
export const mapping = z.discriminatedUnion('format', [jsonMapping, tableMapping]);

export type JsonMapping = z.infer<typeof jsonMapping>;
export type TableMapping = z.infer<typeof tableMapping>;
export type Mapping = z.infer<typeof mapping>;
