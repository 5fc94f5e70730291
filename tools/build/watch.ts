import { watch } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type BuiltParts, bundleWithInputs } from "./bundle.ts";
import { checkSavedRules } from "./saved-rules.ts";

/** How long to wait after a change, since editors write a file in several steps. */
const SETTLED_MS = 40;

export interface WatchOptions {
  /** The project's folder, with `functions/` and `shared/`. */
  readonly root: string;
  readonly names: readonly string[];
  /** Receives a new bundle, which is deleted when this has finished. */
  readonly onBundle: (name: string, file: string) => Promise<void>;
  readonly log: (line: string) => void;
}

export interface Watch {
  /** Resolves when the first bundles are made and changes are being watched. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/**
 * Rebuilds a function whenever one of its source files is saved. If it does not build, or a rule cannot work, that is
 * reported and nothing changes.
 */
export function watchFunctions({ root, names, onBundle, log }: WatchOptions): Watch {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let working = Promise.resolve();
  const watched = names.map((name) => new WatchedFunction(root, name));

  /** Whether the last rebuild failed for a function. */
  let isBroken = false;

  const rebuild = async () => {
    const files = [...changed];
    try {
      await checkSavedRules(root);
    } catch (error) {
      isBroken = true;
      log(`nothing was rebuilt, and everything runs as before: ${reasonOf(error)}`);
      return;
    }
    for (const file of files) changed.delete(file);
    const touched = watched.filter((one) => one.isMadeOf(files));
    /** The names of functions by the reason why they do not build: one file can be part of all functions. */
    const failed = new Map<string, string[]>();
    let isAnyNew = false;
    const parts: BuiltParts = new Map();
    await Promise.all(
      touched.map(async (one) => {
        const started = performance.now();
        try {
          if (!(await one.rebuild(onBundle, parts))) return;
          isAnyNew = true;
          log(`${one.name} was rebuilt in ${Math.round(performance.now() - started)} ms`);
        } catch (error) {
          const reason = reasonOf(error);
          failed.set(reason, [...(failed.get(reason) ?? []), one.name]);
        }
      }),
    );
    for (const [reason, names] of failed) {
      const fate = names.length === 1 ? "was not rebuilt, and runs" : "were not rebuilt, and run";
      log(`${names.toSorted().join(", ")} ${fate} as before: ${reason}`);
    }
    if (isBroken && failed.size === 0 && !isAnyNew)
      log("everything builds again, and it is the code that is running");
    isBroken = failed.size > 0;
  };
  const watchers = ["functions", "shared"].map((folder) =>
    watch(join(root, folder), { recursive: true }, (_event, file) => {
      if (file === null) return;
      changed.add(resolve(root, folder, file));
      clearTimeout(timer);
      timer = setTimeout(() => {
        working = working.then(rebuild);
      }, SETTLED_MS);
    }),
  );
  const parts: BuiltParts = new Map();
  const first = watched.map((one) => one.rebuild(async () => {}, parts).catch(() => false));
  working = Promise.all(first).then(() => {});
  return {
    ready: working,
    close: async () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
      await working;
    },
  };
}

class WatchedFunction {
  readonly name: string;
  readonly #root: string;
  /** The absolute paths of its source files; undefined if it was never built, or the last build failed. */
  #inputs: ReadonlySet<string> | undefined;
  #code = "";

  constructor(root: string, name: string) {
    this.name = name;
    this.#root = root;
  }

  isMadeOf(files: readonly string[]): boolean {
    return this.#inputs === undefined || files.some((file) => this.#inputs?.has(file));
  }

  /** Resolves to false when the code is the same as before. */
  async rebuild(onBundle: WatchOptions["onBundle"], builtParts: BuiltParts): Promise<boolean> {
    const directory = await mkdtemp(join(tmpdir(), "watched-"));
    try {
      this.#inputs = undefined;
      const file = join(directory, "index.js");
      const { inputs } = await bundleWithInputs(this.#root, this.name, file, { builtParts });
      const code = await allOf(directory);
      const isNew = code !== this.#code;
      if (isNew) await onBundle(this.name, file);
      this.#code = code;
      this.#inputs = new Set(inputs.map((input) => resolve(this.#root, input)));
      return isNew;
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }
}

async function allOf(directory: string): Promise<string> {
  const files = (await readdir(directory)).sort();
  return (await Promise.all(files.map((file) => readFile(join(directory, file), "utf8")))).join("\n");
}

/** The reason in one line. The first line of esbuild's message only counts the errors; later ones say where and why. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const lines = message.split("\n").map((line) => line.trim());
  return (lines.find((line) => line.includes(ESBUILD_ERROR)) ?? lines[0] ?? "").replace(ESBUILD_ERROR, ": ");
}

/** `index.ts:3:6: ERROR: Expected identifier but found "="` */
const ESBUILD_ERROR = ": ERROR: ";
