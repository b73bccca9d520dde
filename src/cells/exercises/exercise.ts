import type { ComponentType } from 'react';
import type { DatasetSummary } from '../../data/summary';
import type { Roles } from '../../data/words';
import type { Preset } from '../../models/model';
import type { DatasetOutput } from '../../notebook/store';

/** What an exercise can know before it begins. */
export interface ExerciseFacts {
  readonly dataset: DatasetOutput;
  readonly summary: DatasetSummary;
  readonly preset: Preset;
}

/** A question with controls and a check. A new one is one file in exercises/ that exports `exercise`. */
export interface Exercise {
  readonly id: string;
  readonly order: number;
  title(roles: Roles): string;
  /** Which tutorial asks it. */
  readonly from: string;
  question(roles: Roles): string;
  /** What the data or the model lacks for it, as the end of a sentence that begins “needs”; null for nothing. */
  missing(facts: ExerciseFacts): string | null;
  readonly View: ComponentType<{ facts: ExerciseFacts }>;
}

const found = import.meta.glob<Exercise>('./exercises/*.tsx', { eager: true, import: 'exercise' });

/** Every exercise, in order. */
export const exercises: readonly Exercise[] = Object.values(found).sort((a, b) => a.order - b.order);

export function hasOption(preset: Preset, id: string): boolean {
  return preset.options.some((option) => option.id === id);
}
