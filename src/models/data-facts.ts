/** What a model needs to know of the data that it is made for. */
export interface DataFacts {
  readonly rows: number;
  readonly columns: number;
  /** Pairs to train on. */
  readonly pairs: number;
  /** The same as often as they came; absent where each came once. */
  readonly occurrences?: number;
  /** Of the ratings to train on; null where pairs have none. */
  readonly values: { readonly mean: number; readonly minimum: number; readonly maximum: number } | null;
  /** Features that metadata could give the rows and the columns. */
  readonly rowFeatures: number;
  readonly columnFeatures: number;
}
