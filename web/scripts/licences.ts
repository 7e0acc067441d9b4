import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Plugin } from "vite";

const MODULES = resolve(import.meta.dirname, "../node_modules");

/** Packages whose code is inside another package's published bundle, so no import names them. */
const WITHIN: Record<string, readonly string[]> = {
  spessasynth_lib: ["spessasynth_core"],
  spessasynth_core: ["stb-vorbis"],
};

/** fflate is copied into spessasynth_core without its licence file; this is the one it is under. */
const FFLATE = `fflate (within spessasynth_core), MIT

MIT License

Copyright (c) 2023 Arjun Barrett

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`;

/** Writes `LICENCES.txt` beside the page: the licence of every package whose code is in the build. */
export function licences(): Plugin {
  return {
    name: "segue-licences",
    apply: "build",
    generateBundle(_options, bundle) {
      const packages = new Set<string>();
      for (const output of Object.values(bundle)) {
        const ids = output.type === "chunk" ? output.moduleIds : output.originalFileNames;
        for (const id of ids) addPackage(packages, packageOf(id));
      }
      const texts = [...packages].sort().map(licenceOf);
      if (packages.has("spessasynth_core")) texts.push(FFLATE);
      const source = `${texts.join(`\n${"-".repeat(78)}\n\n`)}`;
      this.emitFile({ type: "asset", fileName: "LICENCES.txt", source });
    },
  };
}

function packageOf(id: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1];
}

function addPackage(packages: Set<string>, name: string | undefined): void {
  if (name === undefined || packages.has(name)) return;
  packages.add(name);
  for (const inner of WITHIN[name] ?? []) addPackage(packages, inner);
}

function licenceOf(name: string): string {
  const folder = join(MODULES, name);
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    version: string;
    license?: string;
  };
  const file = existsSync(folder)
    ? readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry))
    : undefined;
  if (file === undefined) throw new Error(`${name} ships no licence file; find its text first`);
  const text = readFileSync(join(folder, file), "utf8").trimEnd();
  return `${name} ${about.version}, ${about.license ?? "see below"}\n\n${text}\n`;
}
