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
