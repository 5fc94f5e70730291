import { existsSync } from "node:fs";

/**
 * The usual paths of Chromium on Debian and similar systems; CHROMIUM sets any other. The headless shell comes first: it
 * has no window of its own to draw around each page, which is a third of what a page costs.
 */
const CANDIDATES = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** The path of this machine's Chromium; undefined when there is none. */
export function findChromium(): string | undefined {
  return CANDIDATES.find((path) => path !== undefined && existsSync(path));
}

/**
 * Arguments for a Chromium that resolves only these names, and makes no requests of its own.
 *
 * @param names rules for host names, such as `MAP site.test 127.0.0.1`; `127.0.0.1` and `localhost` always resolve
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
