/**
 * The page's parts import downward only, in no circles, and no file is longer than one idea.
 *
 * `LAYERS` is the table of README.md. Imports are read from the text, types included: a circle of
 * types is one, too.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
const SOURCES = join(ROOT, "src");
const MAX_LINES = 400;
/** Made by a program, and read by none of us. */
const GENERATED = new Set(["src/api/schema.d.ts"]);

/** What each folder may import of the others; the longest name that fits a file holds. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  roll: ["core"],
  audio: ["core"],
  api: ["core"],
  "app/state": ["core", "audio", "api"],
  "app/parts": ["core", "roll", "audio", "api", "app/state", "app"],
  app: ["core", "roll", "audio", "api", "app/state", "app/parts"],
};
/** Packages that each part may use; others use none. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  audio: ["spessasynth_core", "spessasynth_lib"],
  app: ["svelte"],
  "app/parts": ["svelte"],
};

const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?\s*["']([^"']+)["']/g;
const LAZY = /(?:\bimport|new URL)\(\s*["']([^"']+)["']/g;

function filesIn(folder: string, ending = /\.(ts|svelte)$/): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((name) => ending.test(name))
    .sort();
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  return [IMPORT, LAZY].flatMap((pattern) => [...text.matchAll(pattern)].map(([, name]) => name));
}

/** The file that a relative import names, from the root of `web`. */
function named(file: string, name: string): string {
  return relative(ROOT, resolve(ROOT, dirname(file), name));
}

function layerOf(file: string): string {
  const inside = relative(SOURCES, join(ROOT, file));
  const found = Object.keys(LAYERS)
    .filter((layer) => inside.startsWith(`${layer}/`))
    .sort((a, b) => b.length - a.length)[0];
  if (found === undefined) throw new Error(`${file} is in no layer: name it in LAYERS`);
  return found;
}

const sources = filesIn("src");
const graph = new Map(
  sources.map((file) => [
    file,
    importsOf(file)
      .filter((name) => name.startsWith("."))
      .map((name) => named(file, name))
      .filter((target) => sources.includes(target)),
  ]),
);

/** A way from a file back to itself; null where there is none. */
function circleFrom(start: string): string[] | null {
  const seen = new Set<string>();
  const walk = (file: string, way: readonly string[]): string[] | null => {
    for (const next of graph.get(file) ?? []) {
      if (next === start) return [...way, next];
      if (seen.has(next)) continue;
      seen.add(next);
      const found = walk(next, [...way, next]);
      if (found !== null) return found;
    }
    return null;
  };
  return walk(start, [start]);
}

describe("layers", () => {
  test("the imports are found", () => {
    expect(graph.get("src/app/main.ts")).toContain("src/audio/index.ts");
    expect(graph.get("src/app/App.svelte")).toContain("src/app/parts/Takes.svelte");
  });

  test("a file imports only what its layer may", () => {
    const wrong = [...graph].flatMap(([file, targets]) =>
      targets
        .filter((target) => {
          const [here, there] = [layerOf(file), layerOf(target)];
          return here !== there && !LAYERS[here].includes(there);
        })
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test("packages are used only where they belong", () => {
    const wrong = sources.flatMap((file) =>
      importsOf(file)
        .filter((name) => !name.startsWith("."))
        .filter((name) => !PACKAGES[layerOf(file)]?.includes(name.split("/")[0]))
        .map((name) => `${file} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  test("there are no circles", () => {
    const circles = sources.flatMap((file) => circleFrom(file)?.join(" -> ") ?? []);
    expect(circles).toEqual([]);
  });

  test("no file is longer than 400 lines", () => {
    const folders = ["src", "tests", "e2e", "dev", "bench", "scripts", "static-demo/src"];
    const all = folders.flatMap((folder) => filesIn(folder, /\.(ts|mjs|svelte|css)$/));
    const long = all
      .filter((file) => !GENERATED.has(file))
      .map((file) => [file, readFileSync(join(ROOT, file), "utf8").split("\n").length - 1] as const)
      .filter(([, lines]) => lines > MAX_LINES);
    expect(long).toEqual([]);
  });
});
