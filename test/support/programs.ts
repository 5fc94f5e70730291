import { join } from "node:path";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** Provided by test/global-setup.ts. */
    readonly bundledPrograms: string;
  }
}

/** The bundle of a program such as `dev/main.ts`, made from its source when the tests began, for Node alone to start. */
export function bundledProgram(source: string): string {
  return join(inject("bundledPrograms"), source.replace(/\.ts$/, ".mjs"));
}
