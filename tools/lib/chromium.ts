import { existsSync } from "node:fs";

/** Where Debian's chromium is, and others like it; CHROMIUM names any other. */
const CANDIDATES = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** The path of this machine's Chromium; undefined when there is none. */
export function findChromium(): string | undefined {
  return CANDIDATES.find((path) => path !== undefined && existsSync(path));
}

/**
 * Arguments for a Chromium that finds these names and no others, and asks nobody for anything on its own.
 *
 * @param names rules for host names, such as `MAP site.test 127.0.0.1`; `127.0.0.1` and `localhost` are always found
 */
export function chromiumArguments(names: readonly string[]): string[] {
  return [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    `--host-resolver-rules=${[...names, "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1", "EXCLUDE localhost"].join(", ")}`,
  ];
}
