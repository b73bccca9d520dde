/** Past this a number of seconds would be in the year 5138: it is milliseconds. */
const MILLISECONDS_FROM = 1e11;
const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|[+-]\d{2}:\d{2})?)?$/;

/** A rating or weight as a number; null where the text is none. */
export function readValue(text: string): number | null {
  const trimmed = text.trim();
  const value = Number(trimmed);
  return trimmed !== '' && Number.isFinite(value) ? value : null;
}

/**
 * A time in seconds since 1970, from seconds, from milliseconds, from a year, or from ISO 8601
 * (in UTC where it names no zone); null where the text is none.
 */
export function readTimestamp(text: string): number | null {
  const trimmed = text.trim();
  // Four digits are a year: as seconds they would lie in the first hours of 1970.
  if (/^\d{4}$/.test(trimmed)) return Date.UTC(Number(trimmed), 0) / 1000;
  const number = readValue(trimmed);
  if (number !== null) return Math.abs(number) >= MILLISECONDS_FROM ? number / 1000 : number;
  const match = ISO.exec(trimmed);
  if (!match) return null;
  const [, day, time = '00:00', zone = 'Z'] = match;
  const milliseconds = Date.parse(`${day}T${time}${zone}`);
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000;
}
