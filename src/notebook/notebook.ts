import { type Cleaning, cleaning } from '../data/clean';
import { z } from '../data/zod';
import { ENGINE_IDS } from '../engines/engine';
import type { EngineSpeed } from '../kernel/protocol';
import { methods } from '../projection/registry';

/** What is saved of a notebook: choices, never data. Sparse: absent is the default. */
const optionValues = z.record(z.string(), z.union([z.number(), z.boolean(), z.string()]));

export const notebookSpec = z.object({
  version: z.literal(1),
  /** How the file of this name is cleaned; what is absent is not done. */
  cleaning: z.object({ file: z.string(), recipe: cleaning.partial() }).optional(),
  model: z.object({ preset: z.string(), options: optionValues }).optional(),
  map: z
    .object({
      side: z.enum(['row', 'column']),
      method: z.string().refine((id) => methods.some((method) => method.id === id)),
      options: optionValues,
      /** Name of the metadata column that colours the points; null for the number of pairs. */
      colour: z.string().nullable(),
      /** Most points laid out by a method that takes long. */
      limit: z.number().int().min(3),
    })
    .partial()
    .optional(),
  theme: z.enum(['system', 'light', 'dark']).optional(),
  /** Id of the example notebook that is open. */
  example: z.string().optional(),
  /** How fast engines were, and where that was. Another version was measured otherwise, and is let go. */
  measured: z
    .object({
      version: z.literal(2),
      environmentKey: z.string(),
      speeds: z.array(
        z.object({
          engine: z.enum(ENGINE_IDS),
          title: z.string(),
          pairsPerSecond: z.number().positive().nullable(),
          missing: z.string().nullable(),
        }),
      ),
    })
    .optional()
    .catch(undefined),
});

export type NotebookSpec = z.infer<typeof notebookSpec>;

/** A notebook with every default in its place. */
export interface Notebook {
  /** A recipe belongs to the file that it was made for; null cleans nothing. */
  readonly cleaning: { readonly file: string; readonly recipe: Partial<Cleaning> } | null;
  readonly model: { readonly preset: string; readonly options: Readonly<Record<string, number | boolean | string>> };
  readonly map: {
    readonly side: 'row' | 'column';
    readonly method: string;
    readonly options: Readonly<Record<string, number | boolean | string>>;
    readonly colour: string | null;
    readonly limit: number;
  };
  readonly theme: 'system' | 'light' | 'dark';
  /** The example notebook whose text is shown; null for none. */
  readonly example: string | null;
  /** How fast the engines are, in the browser and by the build that `environmentKey` names; null before it was measured. */
  readonly measured: { readonly environmentKey: string; readonly speeds: readonly EngineSpeed[] } | null;
}

export const DEFAULT_NOTEBOOK: Notebook = {
  cleaning: null,
  model: { preset: 'cofactor-default', options: {} },
  map: { side: 'column', method: 'umap', options: {}, colour: null, limit: 8000 },
  theme: 'system',
  example: null,
  measured: null,
};

/** What was measured in another environment is left out. */
export function toNotebook(spec: NotebookSpec, environmentKey: string | null = null): Notebook {
  const { measured } = spec;
  return {
    cleaning: spec.cleaning ?? DEFAULT_NOTEBOOK.cleaning,
    model: spec.model ?? DEFAULT_NOTEBOOK.model,
    map: { ...DEFAULT_NOTEBOOK.map, ...spec.map },
    theme: spec.theme ?? DEFAULT_NOTEBOOK.theme,
    example: spec.example ?? DEFAULT_NOTEBOOK.example,
    measured:
      measured && measured.environmentKey === environmentKey
        ? { environmentKey, speeds: measured.speeds }
        : DEFAULT_NOTEBOOK.measured,
  };
}

export function toSpec(notebook: Notebook): NotebookSpec {
  const { cleaning: cleaned, model, map, theme, example, measured } = notebook;
  return {
    version: 1,
    ...(cleaned ? { cleaning: cleaned } : {}),
    model: { preset: model.preset, options: { ...model.options } },
    map: { ...map, options: { ...map.options } },
    ...(theme === 'system' ? {} : { theme }),
    ...(example === null ? {} : { example }),
    ...(measured === null
      ? {}
      : { measured: { version: 2, environmentKey: measured.environmentKey, speeds: [...measured.speeds] } }),
  };
}
