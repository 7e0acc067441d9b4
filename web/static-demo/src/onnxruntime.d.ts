/** The package has no types for its bare module. */
declare module "onnxruntime-web/ort-wasm-simd-threaded.mjs" {
  const factory: import("./runtime.ts").OrtFactory;
  export default factory;
}
