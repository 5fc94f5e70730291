import type { Plugin } from "esbuild";

/** A file beside index.js that a function loads only if it is configured to. */
export interface Part {
  /** The path with which it is required, such as `./quota.js`. */
  readonly path: string;
  /** The source file, and its export. */
  readonly source: string;
  readonly exported: string;
}

const PARTS: readonly Part[] = [
  { path: "./key-set.js", source: "shared/auth/key-set.ts", exported: "remoteKeySet" },
  { path: "./quota.js", source: "shared/quota/part.ts", exported: "openQuota" },
  { path: "./redis.js", source: "shared/quota/redis.ts", exported: "connect" },
];

/** Leaves parts out of a bundle, and reports each one that it requires. */
export function apart(tell: (part: Part) => void): Plugin {
  return {
    name: "apart",
    setup({ onResolve }) {
      for (const part of PARTS) {
        onResolve({ filter: new RegExp(`^${part.path.replaceAll(".", "\\.")}$`) }, ({ kind, path }) => {
          if (kind !== "require-call") return undefined;
          tell(part);
          return { path, external: true };
        });
      }
    },
  };
}
