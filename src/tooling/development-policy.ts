import type { Plugin } from 'vite';

/** The dev server reloads through inline scripts and a socket, which the page's policy rightly forbids: only there it is left out. */
export function developmentPolicy(): Plugin {
  return {
    name: 'development-policy',
    apply: 'serve',
    transformIndexHtml: (html) => html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/, ''),
  };
}
