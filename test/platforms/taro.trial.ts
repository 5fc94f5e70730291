import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { array, object, parse, string } from "valibot";
import { test } from "vitest";
import { checkTypes } from "./compiled.ts";
import type { Page } from "./mini-program.ts";
import { tryPlatform } from "./try-platform.ts";

/** What Taro's WXML draws: nodes, each with the id that its events have. */
const Drawn = object({
  root: object({ cn: array(object({ cn: array(object({ sid: string() })) })) }),
});

function nodesOf({ data }: Page) {
  const [view] = parse(Drawn, data).root.cn;
  return view?.cn ?? [];
}

const folder = tryPlatform({
  project: "taro",
  command: ["node_modules/@tarojs/cli/bin/taro", "build", "--type", "weapp"],
  output: "dist",
  isDrawn: (page) => nodesOf(page).length > 0,
  // Every button of its WXML has bindtap="eh".
  tap: (page, button) => page.tap("eh", nodesOf(page)[button]?.sid),
});

test("the adapter compiles against Taro's own types", async () => {
  const adapter = join(folder(), "adapter");
  await rm(adapter, { recursive: true, force: true });
  await cp(fileURLToPath(new URL("../../packages/uploader", import.meta.url)), adapter, {
    recursive: true,
    // Our own types declare only as much of Taro as the adapter needs.
    filter: (path) => !/[/\\](?:dist|miniprogram_dist|node_modules|taro\.d\.ts)$/.test(path),
  });
  await checkTypes(folder(), "adapter/tsconfig.taro.json");
});
