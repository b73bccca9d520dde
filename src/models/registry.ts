import { InputError } from '../errors';
import { oneOfEach } from '../one-of-each';
import type { Preset } from './model';

const found = import.meta.glob<Preset>('./presets/*.ts', { eager: true, import: 'preset' });

/** Every preset, in the order in which they are offered. @throws Error on a doubled id */
export const presets: readonly Preset[] = oneOfEach('preset', Object.values(found));

/** @throws InputError that names the presets there are */
export function presetById(id: string): Preset {
  const preset = presets.find((candidate) => candidate.id === id);
  if (!preset)
    throw new InputError(`expected a preset of ${presets.map((known) => known.id).join(', ')}, found “${id}”`);
  return preset;
}
