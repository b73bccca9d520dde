import { type ComponentType, createElement, use } from 'react';
import { loadPart } from '../load-part';

/** Components whose file did not come; a retry asks for it again. */
const failed = new Set<() => void>();

/**
 * A component in a file of its own, fetched when it is first shown. Unlike React's `lazy` it can be tried again:
 * see `retryParts`.
 */
export function lazyPart<P extends object>(load: () => Promise<{ default: ComponentType<P> }>): ComponentType<P> {
  let loading: Promise<{ default: ComponentType<P> }> | null = null;
  const reload = () => {
    loading = null;
  };
  return function LazyPart(props: P) {
    loading ??= loadPart(load).catch((error: unknown) => {
      failed.add(reload);
      throw error;
    });
    return createElement(use(loading).default, props);
  };
}

/** Lets every part that did not come be asked for again when it is next shown. */
export function retryParts(): void {
  for (const reload of failed) reload();
  failed.clear();
}
