import bar from 'plotly.js/lib/bar';
import Plotly from 'plotly.js/lib/core';
// The strict build of scattergl compiles no code at run time, which the page's CSP forbids.
import scattergl from 'plotly.js/src/traces/scattergl/strict';

Plotly.register([scattergl, bar]);

export default Plotly;
