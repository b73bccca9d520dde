/** The one feature of the bundler that the domain uses; `vite/client` would bring the DOM along. */
interface ImportMeta {
  glob<T>(pattern: string, options: { eager: true; import: string }): Record<string, T>;
}
