import type { Roles } from '../../data/words';
import { type OptionValue, readable } from '../../models/option';
import { presetById } from '../../models/registry';
import { fillRoles } from '../../notebook/prose';

/** The title of an option of a preset, in the data's words; “Model” for the preset itself. */
export function optionTitle(presets: readonly string[], id: string, roles: Roles): string {
  if (id === 'preset') return 'Model';
  return fillRoles(optionOf(presets, id)?.title ?? id, roles);
}

/** The value of an option as the form shows it. */
export function optionText(presets: readonly string[], id: string, value: OptionValue | null, roles: Roles): string {
  if (value === null) return '–';
  if (id === 'preset') return presetById(String(value)).title;
  const option = optionOf(presets, id);
  if (option?.kind === 'choice') {
    return fillRoles(option.choices.find((choice) => choice.value === value)?.title ?? String(value), roles);
  }
  if (option?.kind === 'number' && option.automatic && value === 0) return 'automatic';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number') return readable(value);
  return value === '' ? 'none' : value;
}

function optionOf(presets: readonly string[], id: string) {
  return presets.flatMap((preset) => presetById(preset).options).find((option) => option.id === id);
}
