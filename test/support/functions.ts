import { readdirSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** Provided by test/global-setup.ts. */
    readonly builtFunctions: string;
  }
}

/** The folder of every function's bundle, `<name>/index.js`, built from the source when the tests started. */
export function builtFunctions(): string {
  return inject("builtFunctions");
}

/** The bundle of one function. */
export function builtFunction(name: string): string {
  return join(builtFunctions(), name, "index.js");
}

/** Started by a timer or by COS. */
const NOT_BY_HTTP: ReadonlySet<string> = new Set(["cert-watch", "check-watch", "uploaded"]);

/** The names of the functions that answer HTTP. */
export function httpFunctions(): string[] {
  return readdirSync(new URL("../../functions", import.meta.url)).filter((name) => !NOT_BY_HTTP.has(name));
}
