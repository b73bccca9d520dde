/** Whole numbers with thousands apart. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** A number of things with its word: “1 work”, “2,745 subjects”. */
export function countOf(value: number, word: { one: string; many: string }): string {
  return `${count(value)} ${value === 1 ? word.one : word.many}`;
}

/** A number with so many digits after the point, thousands apart and a true minus: “−0.25”, “14,820.0”. */
export function fixed(value: number, digits: number): string {
  return minus(value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }));
}

/** A number with so many significant digits, written in the same way: “0.003142”, “14,820”. */
export function significant(value: number, digits: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-6 || size >= 1e15)) return minus(value.toExponential(digits - 1).replace('e+', 'e'));
  return minus(value.toLocaleString('en', { minimumSignificantDigits: digits, maximumSignificantDigits: digits }));
}

/** A number with at most so many significant digits: “0.05”, “−1”. */
export function plainNumber(value: number, digits: number): string {
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  if (size !== 0 && (size < 1e-6 || size >= 1e15)) return minus(String(rounded).replace('e+', 'e'));
  return minus(rounded.toLocaleString('en', { maximumSignificantDigits: digits }));
}

/** A true minus, and none before a zero. */
function minus(text: string): string {
  return /[1-9∞]/.test(text) ? text.replaceAll('-', '−') : text.replace(/^-/, '');
}

/** Shorter times are not distinguished. */
const UNDER = 0.1;

/** Seconds in words: “under 0.1 s”, “0.4 s”, “12 s”, “3 min 20 s”, “2 h 5 min”. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'a long time';
  if (seconds < UNDER) return `under ${UNDER} s`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds) % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A time that was estimated: “about 12 s”, “under 0.1 s”. */
export function aboutDuration(seconds: number): string {
  return seconds < UNDER ? duration(seconds) : `about ${duration(seconds)}`;
}

/** Large numbers in short: “1.4 million”, “23 thousand”. */
export function short(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toPrecision(2)} billion`;
  if (value >= 1e6) return `${trim(value / 1e6)} million`;
  if (value >= 1e4) return `${Math.round(value / 1e3)} thousand`;
  return count(value);
}

function trim(value: number): string {
  return value >= 10 ? String(Math.round(value)) : value.toFixed(1);
}

export function capital(text: string): string {
  return text ? text[0].toUpperCase() + text.slice(1) : text;
}
