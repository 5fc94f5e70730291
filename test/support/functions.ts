import { join } from "node:path";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** Provided by test/global-setup.ts. */
    readonly builtFunctions: string;
  }
}

/** The folder of every function's bundle, `<name>/index.js`, built from the source when the tests began. */
export function builtFunctions(): string {
  return inject("builtFunctions");
}

/** The bundle of one function. */
export function builtFunction(name: string): string {
  return join(builtFunctions(), name, "index.js");
}
