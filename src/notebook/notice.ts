/** Something said once, over whatever part of the page is in sight, until it is dismissed. */
export interface Notice {
  /** One of the same id takes its place. */
  readonly id: string;
  /** A problem interrupts a screen reader; a note waits. */
  readonly kind: 'problem' | 'note';
  readonly text: string;
  /** What can be taken away as a file. */
  readonly file?: { readonly name: string; readonly text: string; readonly discard: () => void };
}
