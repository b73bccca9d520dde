/** Whole numbers with thousands apart. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** A number of things with its word: “1 work”, “2,745 subjects”. */
export function countOf(value: number, word: { one: string; many: string }): string {
  return `${count(value)} ${value === 1 ? word.one : word.many}`;
}

/** Seconds in words: “0.4 s”, “12 s”, “3 min 20 s”, “2 h 5 min”. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'a long time';
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds) % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
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

/** “a” or “an” with the word. */
export function article(word: string): string {
  return `${/^(?!(us|uni|eu|one))[aeiou]/i.test(word) ? 'an' : 'a'} ${word}`;
}

export function capital(text: string): string {
  return text ? text[0].toUpperCase() + text.slice(1) : text;
}
