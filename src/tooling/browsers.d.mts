/** A browser's program, or why it cannot be used here. */
export type FoundBrowser = { readonly path: string; readonly driver?: string } | { readonly missing: string };
export type BrowserName = 'chromium' | 'firefox' | 'webkit';
export function browsers(): Record<BrowserName, FoundBrowser>;
