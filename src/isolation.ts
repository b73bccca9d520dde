/** How long the page waits before it is drawn, in milliseconds: a service worker of a few lines is there by then. */
const SERVICE_WORKER_TIMEOUT_MS = 1000;

/** Says that this tab was loaded again for the sake of isolation: once is enough. */
const RELOADED = 'cofactor.isolation';

/**
 * Threads need a page that is isolated from other sites. Where the host does not send the headers for it, a
 * service worker of our own adds them to the page (public/isolation.js) whenever it is loaded from then on. So
 * it is loaded again at once, before anything is drawn: browsers report what a reload breaks off as errors. Where the
 * service worker takes longer, or someone has asked the page for something, isolation waits for the next visit.
 * Settles when the page may begin its work. Wherever there is no isolation to be had, it works in one thread.
 */
export async function isolate(isPristine: () => boolean): Promise<void> {
  // A browser that knows nothing of isolation has no false either.
  if (globalThis.crossOriginIsolated !== false || !isSecureContext || !('serviceWorker' in navigator)) return;
  try {
    const ready = navigator.serviceWorker.register('isolation.js').then(() => navigator.serviceWorker.ready);
    const inTime = await Promise.race([ready, late()]);
    if (!inTime || !isPristine() || sessionStorage.getItem(RELOADED)) return;
    sessionStorage.setItem(RELOADED, 'yes');
  } catch {
    // Service workers or storage are forbidden here.
    return;
  }
  location.reload();
  // This page is on its way out: nothing may begin any more.
  await new Promise(() => undefined);
}

function late(): Promise<null> {
  return new Promise((resolve) => setTimeout(resolve, SERVICE_WORKER_TIMEOUT_MS, null));
}
