/** Most characters of a text of a file that the page shows: more is no label, and laying it out can take many seconds. */
export const MAX_SHOWN_LENGTH = 300;

/** A text as lists, maps and tables show it: cut where it is long, never within a character. */
export function shownText(text: string, most = MAX_SHOWN_LENGTH): string {
  if (text.length <= most) return text;
  const end = most - 1;
  const high = text.charCodeAt(end - 1);
  // The first half of a character outside of the basic plane is no character.
  const whole = high >= 0xd800 && high <= 0xdbff ? end - 1 : end;
  return `${text.slice(0, whole)}…`;
}
