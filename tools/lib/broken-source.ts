import { relative } from "node:path";

/**
 * Says in one line why a source that is being imported cannot be read, as `npm start -- --watch` does:
 * `shared/object/rules.ts:29:4: Expected "}" but found "prefix"`. tsx compiles sources with esbuild, whose errors these are.
 */
export function brokenSource(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name !== "TransformError") return undefined;
  const [, file, place, reason] = /^(.+)(:\d+:\d+: )ERROR: (.+)$/m.exec(error.message) ?? [];
  return file === undefined ? error.message : `${relative(process.cwd(), file)}${place}${reason}`;
}
