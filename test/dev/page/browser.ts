import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BrowserContext, chromium, type Page } from "playwright-core";

/** Where Debian's chromium is, and others like it; CHROMIUM names any other. */
const CANDIDATES = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** The browser to test with; undefined on a machine that has none, which is said once on the console. */
export const BROWSER = CANDIDATES.find((path) => path !== undefined && existsSync(path));

if (BROWSER === undefined) {
  console.warn(
    "There is no chromium here, so the tests of the emulator's page did NOT run. CHROMIUM=<path> names one.",
  );
}

const ARTIFACTS = fileURLToPath(new URL("../../../test-artifacts/", import.meta.url));

export interface Look {
  readonly colorScheme?: "light" | "dark";
  readonly width?: number;
  readonly height?: number;
  /** Names that lead to this machine, as DNS can make any name do. */
  readonly names?: readonly string[];
  /** As in a Mini Program, which has no CORS; any certificate will do. */
  readonly isMiniProgram?: boolean;
}

/** A browser of the test's own, with a fresh profile, that can reach this machine and nothing else. */
export class TestBrowser {
  readonly context: BrowserContext;
  /** What the pages complained about: errors, and whatever the content security policy blocked. */
  readonly complaints: string[] = [];
  /** Every address that was asked for. */
  readonly requested: string[] = [];
  readonly #profile: string;

  private constructor(context: BrowserContext, profile: string) {
    this.context = context;
    this.#profile = profile;
  }

  static async start({
    colorScheme = "light",
    width = 1280,
    height = 900,
    names = [],
    isMiniProgram = false,
  }: Look = {}): Promise<TestBrowser> {
    const profile = await mkdtemp(join(tmpdir(), "chromium-"));
    const context = await chromium.launchPersistentContext(profile, {
      ...(BROWSER !== undefined && { executablePath: BROWSER }),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        ...(isMiniProgram ? ["--disable-web-security", "--ignore-certificate-errors"] : []),
        `--host-resolver-rules=${[
          ...names.map((name) => `MAP ${name} 127.0.0.1`),
          "MAP * ~NOTFOUND",
          "EXCLUDE 127.0.0.1",
        ].join(", ")}`,
      ],
      colorScheme,
      viewport: { width, height },
      reducedMotion: "reduce",
    });
    return new TestBrowser(context, profile);
  }

  /** @param prepare done to the page before it goes to the address */
  async open(url: string, prepare: (page: Page) => Promise<void> = async () => {}): Promise<Page> {
    const page = await this.context.newPage();
    await prepare(page);
    page.setDefaultTimeout(15_000);
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      // A refused upload is an HTTP error, which chromium reports on its own.
      const isRefusal = /^Failed to load resource: the server responded with a status of [45]/.test(
        message.text(),
      );
      if (["error", "warning"].includes(message.type()) && !isRefusal) this.complaints.push(message.text());
    });
    page.on("request", (request) => this.requested.push(request.url()));
    await page.goto(url);
    return page;
  }

  async close(): Promise<void> {
    await this.context.close();
    await rm(this.#profile, { recursive: true, force: true });
  }
}

/** Keeps a picture of the whole page in test-artifacts/, for people to look at. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await mkdir(ARTIFACTS, { recursive: true });
  await page.screenshot({ path: join(ARTIFACTS, `${name}.png`), fullPage: true });
}
