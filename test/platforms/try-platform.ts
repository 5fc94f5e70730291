import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, startTestEmulator } from "../upload/emulator.ts";
import { checkTypes, compile, installProject } from "./compiled.ts";
import { openPage, type Page } from "./mini-program.ts";
import { createPhone } from "./phone.ts";

/** One of the projects beside this file, whose pages all do the same. */
export interface TriedPlatform {
  readonly project: string;
  /** Its compiler for WeChat: the script in the project, and its arguments. */
  readonly command: readonly string[];
  /** Where in the project it writes the Mini Program. */
  readonly output: string;
  /** Whether the page has been drawn, which may be a moment after it was opened. */
  readonly isDrawn: (page: Page) => boolean;
  /** Taps the page's first button, for a picture, or the second, for a video. */
  readonly tap: (page: Page, button: 0 | 1) => void;
}

const AVATAR = "wxfile://tmp/avatar.jpg";
const VIDEO = "wxfile://tmp/video.mp4";
/** The endpoint in the projects' source. */
const ENDPOINT = "https://upload.example.com";

/**
 * Tests that a project of the platform works with the packed client: it compiles with its types and with the platform's
 * own compiler, and the result uploads a picture and a video to the emulator.
 *
 * @returns the project's folder, for tests
 */
export function tryPlatform({ project, command, output, isDrawn, tap }: TriedPlatform): () => string {
  const files = new Map([
    [AVATAR, randomBytes(300_000)],
    [VIDEO, randomBytes(11 * 1024 ** 2)],
  ]);
  let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
  let folder: string;
  let said: string;

  beforeAll(async () => {
    [emulator, folder] = await Promise.all([startTestEmulator(), installProject(project)]);
    said = await compile(folder, command);
  });
  afterAll(() => emulator.close());

  test("a strict project compiles with its types, including the rules' names", async () => {
    await checkTypes(folder, "tsconfig.json");
  });

  test("the platform's compiler accepts the client", () => {
    expect(said).not.toMatch(/cos-uploader|warn|error/i);
  });

  test.each([
    ["a picture", AVATAR, 0, /avatars\/[^"]+\.jpg/, "cos POST / 200"],
    ["a video in parts", VIDEO, 1, /uploads\/[^"]+\.mp4/, "multipart POST 200"],
  ] as const)(
    "the compiled page uploads %s when a button is tapped",
    async (_, path, button, key, request) => {
      const ca = readFileSync(emulator.caFile, "utf8");
      const phone = createPhone({ files, ca, origins: new Map([[ENDPOINT, emulator.url]]) });
      const page = openPage(join(folder, output), phone, "pages/index/index");
      await expect.poll(() => isDrawn(page), { timeout: 20_000 }).toBe(true);
      tap(page, button);
      const drawn = () => JSON.stringify(page.data);
      await expect.poll(drawn, { timeout: 20_000 }).toMatch(key);
      const [uploaded = ""] = key.exec(drawn()) ?? [];
      const { json } = await ask<{ url: string }>(`${emulator.url}/object-url?key=${uploaded}`);
      const stored = await fetch(json.url.replace("https:", "http:"));
      expect(Buffer.from(await stored.arrayBuffer()).equals(files.get(path) ?? Buffer.of())).toBe(true);
      expect(emulator.lines.join("\n")).toContain(request);
    },
  );
  return () => folder;
}
