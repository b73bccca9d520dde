// Threads share memory, and a browser lets a page share memory only when it is isolated from other sites, which two
// headers ask for. Many static hosts send no headers: there this service worker adds the two to the page itself.
// It keeps nothing, and whatever is not the page passes it by.
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

self.addEventListener('fetch', (event) => {
  if (isPage(event.request)) event.respondWith(isolated(event.request));
});

/** A document in this very folder: what lies deeper on the same host may be another's, and needs no isolation of ours. */
function isPage({ mode, url }) {
  const folder = self.registration.scope;
  return mode === 'navigate' && url.startsWith(folder) && !/^[^?#]*\//.test(url.slice(folder.length));
}

/** What the host answers, with the two headers. A redirection has to stay as it is. */
async function isolated(request) {
  const answer = await fetch(request);
  if (answer.type !== 'basic') return answer;
  const headers = new Headers(answer.headers);
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers });
}
