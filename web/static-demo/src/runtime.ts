/**
 * ONNX Runtime's WebAssembly by its own functions, with arrays that stay in its memory.
 *
 * The package's usual interface copies every input in and every output out: at each event, all the
 * keys and values that a model holds. Here arrays are made once, and a graph that extends one in
 * place is given it both as input and as output. The functions are those of
 * onnxruntime/wasm/api.h; the package promises nothing of them, so its version is pinned.
 */

/** The part of Emscripten's module that is used; addresses are bytes. */
export interface OrtModule {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
  getValue(address: number, type: "*" | "i32"): number;
  setValue(address: number, value: number, type: "*" | "i32"): void;
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, address: number, bytes: number): void;
  UTF8ToString(address: number): string;
  _OrtInit(threads: number, logLevel: number): number;
  _OrtGetLastError(code: number, message: number): number;
  _OrtCreateSessionOptions(...options: (number | boolean)[]): number;
  _OrtCreateSession(data: number, bytes: number, options: number): number | Promise<number>;
  _OrtCreateTensor(...tensor: number[]): number;
  _OrtRun(...run: number[]): number | Promise<number>;
}

export type OrtFactory = (options: {
  wasmBinary: ArrayBuffer;
  numThreads: number;
  locateFile: (name: string) => string;
}) => Promise<OrtModule>;

/** Numbers as ONNX counts their kinds, and the view of each. */
const KINDS = {
  float32: { number: 1, view: Float32Array },
  int32: { number: 6, view: Int32Array },
  int64: { number: 7, view: BigInt64Array },
} as const;
type Kind = keyof typeof KINDS;
type View<K extends Kind> = InstanceType<(typeof KINDS)[K]["view"]>;

const ADDRESS_BYTES = 4;
const IN_MAIN_MEMORY = 1;
const LOG_ERRORS = 3;
const ALL_OPTIMISATIONS = 99;
const SEQUENTIAL = 0;

export class Runtime {
  readonly #module: OrtModule;

  private constructor(module: OrtModule) {
    this.#module = module;
  }

  /** One thread: more need a page that is isolated from other origins. */
  static async start(factory: OrtFactory, wasmBinary: ArrayBuffer): Promise<Runtime> {
    const module = await factory({ wasmBinary, numThreads: 1, locateFile: (name) => name });
    const runtime = new Runtime(module);
    runtime.check(module._OrtInit(1, LOG_ERRORS) === 0, "it does not start");
    return runtime;
  }

  /** An array of zeros. */
  array<K extends Kind>(kind: K, dims: readonly number[]): Held<K> {
    const { number, view } = KINDS[kind];
    const length = dims.reduce((product, size) => product * size, 1);
    const bytes = length * view.BYTES_PER_ELEMENT;
    const address = this.#allocate(Math.max(bytes, 1));
    const shape = this.#allocate(Math.max(dims.length, 1) * ADDRESS_BYTES);
    for (const [i, size] of dims.entries()) {
      this.#module.setValue(shape + i * ADDRESS_BYTES, size, "i32");
    }
    const tensor = this.#module._OrtCreateTensor(
      number,
      address,
      bytes,
      shape,
      dims.length,
      IN_MAIN_MEMORY,
    );
    this.#module._free(shape);
    this.check(tensor !== 0, "an array cannot be made");
    const held = new Held<K>(this.#module, kind, length, address, tensor);
    new Uint8Array(this.#module.HEAPU8.buffer, address, bytes).fill(0);
    return held;
  }

  /** A graph from the bytes of its file. */
  async graph(name: string, file: ArrayBuffer): Promise<Graph> {
    const address = this.#allocate(file.byteLength);
    this.#module.HEAPU8.set(new Uint8Array(file), address);
    const options = this.#module._OrtCreateSessionOptions(
      ALL_OPTIMISATIONS,
      true, // an arena of memory
      true, // and plans for it
      SEQUENTIAL,
      false, // no profile
      0,
      0,
      LOG_ERRORS,
      0,
      0,
    );
    this.check(options !== 0, "there are no options of sessions");
    const session = await this.#module._OrtCreateSession(address, file.byteLength, options);
    this.#module._free(address);
    this.check(session !== 0, `${name} cannot be loaded`);
    return new Graph(this, name, session);
  }

  /** The addresses of some texts, one after another. */
  names(texts: readonly string[]): number {
    return this.list(
      texts.map((text) => {
        const bytes = this.#module.lengthBytesUTF8(text) + 1;
        const address = this.#allocate(bytes);
        this.#module.stringToUTF8(text, address, bytes);
        return address;
      }),
    );
  }

  /** Some addresses in memory. */
  list(addresses: readonly number[]): number {
    const list = this.#allocate(Math.max(addresses.length, 1) * ADDRESS_BYTES);
    for (const [i, address] of addresses.entries()) {
      this.#module.setValue(list + i * ADDRESS_BYTES, address, "*");
    }
    return list;
  }

  run(...of: number[]): number | Promise<number> {
    return this.#module._OrtRun(...of);
  }

  check(holds: boolean, otherwise: string): void {
    if (!holds) throw new Error(`ONNX Runtime: ${otherwise}: ${this.#lastError()}`);
  }

  #lastError(): string {
    const at = this.#allocate(2 * ADDRESS_BYTES);
    this.#module._OrtGetLastError(at, at + ADDRESS_BYTES);
    const message = this.#module.getValue(at + ADDRESS_BYTES, "*");
    this.#module._free(at);
    return message === 0 ? "it does not say why" : this.#module.UTF8ToString(message);
  }

  #allocate(bytes: number): number {
    const address = this.#module._malloc(bytes);
    if (address === 0) throw new Error(`ONNX Runtime: no memory for ${bytes} bytes`);
    return address;
  }
}

/** An array in ONNX Runtime's memory, never freed: the page holds as many as it began with. */
export class Held<K extends Kind = Kind> {
  readonly length: number;
  readonly tensor: number;
  readonly #module: OrtModule;
  readonly #kind: K;
  readonly #address: number;

  constructor(module: OrtModule, kind: K, length: number, address: number, tensor: number) {
    this.#module = module;
    this.#kind = kind;
    this.length = length;
    this.#address = address;
    this.tensor = tensor;
  }

  /** A view of the numbers; stale once the memory grows, so not to be kept. */
  get numbers(): View<K> {
    const Numbers = KINDS[this.#kind].view as unknown as new (
      buffer: ArrayBufferLike,
      at: number,
      length: number,
    ) => View<K>;
    return new Numbers(this.#module.HEAPU8.buffer, this.#address, this.length);
  }
}

export class Graph {
  readonly #runtime: Runtime;
  readonly #name: string;
  readonly #session: number;

  constructor(runtime: Runtime, name: string, session: number) {
    this.#runtime = runtime;
    this.#name = name;
    this.#session = session;
  }

  /** What runs the graph from these arrays into those, again and again. */
  bound(inputs: Record<string, Held>, outputs: Record<string, Held>): () => Promise<void> {
    const [given, made] = [Object.values(inputs), Object.values(outputs)];
    const names = [Object.keys(inputs), Object.keys(outputs)].map((n) => this.#runtime.names(n));
    const values = [given, made].map((held) => this.#runtime.list(held.map((h) => h.tensor)));
    return async () => {
      const code = await this.#runtime.run(
        this.#session,
        names[0],
        values[0],
        given.length,
        names[1],
        made.length,
        values[1],
        0,
      );
      this.#runtime.check(code === 0, `${this.#name} cannot be computed`);
    };
  }
}
