/** The studio's program as the tests run it: on a port and a folder of its own, killed at will. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
/** The Python that Segue is installed in. */
export const PYTHON = process.env.SEGUE_PYTHON ?? join(ROOT, ".venv/bin/python");
const PATIENCE_MS = 90_000;

export class Program {
  readonly #port: number;
  readonly #folder: string;
  #process: ChildProcess | null = null;

  private constructor(port: number, folder: string) {
    this.#port = port;
    this.#folder = folder;
  }

  /** A program that answers. */
  static async start(): Promise<Program> {
    const program = new Program(await freePort(), mkdtempSync(join(tmpdir(), "segue-e2e-")));
    await program.run();
    return program;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  /** Where accepted pieces are written for a DAW. */
  get watched(): string {
    return join(this.#folder, "watched");
  }

  async run(): Promise<void> {
    const args = ["-m", "segue", "studio", "--no-browser", "--port", String(this.#port)];
    args.push("--projects", join(this.#folder, "projects"), "--watch", this.watched);
    // One thread: threads that wait for each other on a busy machine make everything slow.
    const env = {
      ...process.env,
      OMP_NUM_THREADS: "1",
      XDG_DATA_HOME: join(this.#folder, "data"),
    };
    this.#process = spawn(PYTHON, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "inherit"] });
    for (const end = Date.now() + PATIENCE_MS; ; ) {
      if (await this.#answers()) return;
      if (Date.now() > end) throw new Error("The studio's program did not answer in time.");
      await new Promise((done) => setTimeout(done, 100));
    }
  }

  /** As if the machine had taken it: no farewell. */
  async kill(): Promise<void> {
    const running = this.#process;
    if (running === null) return;
    this.#process = null;
    const ended = new Promise((done) => running.once("exit", done));
    running.kill("SIGKILL");
    await ended;
  }

  async end(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    if (this.#process?.exitCode !== null) {
      throw new Error(`The studio's program ended (${this.#process?.exitCode}). Is it installed?`);
    }
    try {
      return (await fetch(`${this.url}api/info`)).ok;
    } catch {
      return false;
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => done(port));
    });
  });
}
