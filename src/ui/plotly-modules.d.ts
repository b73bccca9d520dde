declare module 'plotly.js/lib/core' {
  import type * as Plotly from 'plotly.js';

  const core: typeof Plotly & { register(modules: unknown[]): void };
  export default core;
}
declare module 'plotly.js/src/traces/scattergl/strict' {
  const trace: unknown;
  export default trace;
}
declare module 'plotly.js/lib/bar' {
  const trace: unknown;
  export default trace;
}
