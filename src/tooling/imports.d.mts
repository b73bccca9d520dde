/** What is wrong with the imports of these files of src/; `read` gives their texts. */
export function problemsOf(files: readonly string[], read?: (file: string) => string): string[];

/** TypeScript of src/, without what another compiler reads. */
export function sourceFiles(): string[];
