declare module '*?url' {
  const address: string;
  export default address;
}
declare module '*?worker&url' {
  const address: string;
  export default address;
}
declare module 'virtual:icons-sample' {
  /** Address of the built-in sample. */
  const address: string;
  export default address;
}
declare module 'virtual:wasm-kernels/*' {
  /** The bytes of a build of the WASM kernels, in base64. */
  const bytes: string;
  export default bytes;
}
