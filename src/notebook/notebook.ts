import { z } from 'zod';

/** What is saved of a notebook: choices, never data. Sparse: absent is the default. */
const optionValues = z.record(z.string(), z.union([z.number(), z.boolean(), z.string()]));

export const notebookSpec = z.object({
  version: z.literal(1),
  model: z.object({ preset: z.string(), options: optionValues }).optional(),
  map: z
    .object({
      side: z.enum(['row', 'column']),
      method: z.enum(['umap', 'pca']),
      options: optionValues,
      /** Name of the metadata column that colours the points; null for the number of pairs. */
      colour: z.string().nullable(),
      /** Most points laid out by a method that takes long. */
      limit: z.number().int().min(3),
    })
    .partial()
    .optional(),
  theme: z.enum(['system', 'light', 'dark']).optional(),
});

export type NotebookSpec = z.infer<typeof notebookSpec>;

/** A notebook with every default in its place. */
export interface Notebook {
  readonly model: { readonly preset: string; readonly options: Readonly<Record<string, number | boolean | string>> };
  readonly map: {
    readonly side: 'row' | 'column';
    readonly method: 'umap' | 'pca';
    readonly options: Readonly<Record<string, number | boolean | string>>;
    readonly colour: string | null;
    readonly limit: number;
  };
  readonly theme: 'system' | 'light' | 'dark';
}

export const DEFAULT_NOTEBOOK: Notebook = {
  model: { preset: 'cofactor-default', options: {} },
  map: { side: 'column', method: 'umap', options: {}, colour: null, limit: 8000 },
  theme: 'system',
};

export function toNotebook(spec: NotebookSpec): Notebook {
  return {
    model: spec.model ?? DEFAULT_NOTEBOOK.model,
    map: { ...DEFAULT_NOTEBOOK.map, ...spec.map },
    theme: spec.theme ?? DEFAULT_NOTEBOOK.theme,
  };
}

export function toSpec(notebook: Notebook): NotebookSpec {
  const { model, map, theme } = notebook;
  return {
    version: 1,
    model: { preset: model.preset, options: { ...model.options } },
    map: { ...map, options: { ...map.options } },
    ...(theme === 'system' ? {} : { theme }),
  };
}

/** A spec from text, or null when it is none: an old or damaged one is not worth a failure. */
export function parseSpec(text: string | null): NotebookSpec | null {
  if (!text) return null;
  try {
    const parsed = notebookSpec.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
