import { readdirSync, readFileSync } from "node:fs";
import { XMLValidator } from "fast-xml-parser";
import { describe, expect, test } from "vitest";
import { TEXT as PAGE_TEXT } from "../../miniprogram/pages/index/text.ts";
import { TEXT as COMPONENT_TEXT } from "../../packages/uploader/component/text.ts";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");

describe.each([
  ["the page", "miniprogram/pages/index/", "index", PAGE_TEXT],
  ["the component", "packages/uploader/component/", "cos-uploader", COMPONENT_TEXT],
])("the view of %s", (_, folder, name, text) => {
  const wxml = read(`${folder}${name}.wxml`);

  test("is well-formed", () => {
    expect(XMLValidator.validate(`<root>${wxml}</root>`, { allowBooleanAttributes: true })).toBe(true);
  });

  test("binds only handlers that exist", () => {
    const code = read(`${folder}${name}.ts`);
    const bound = [...wxml.matchAll(/\bbind:?\w+="(\w+)"/g)].map(([, handler]) => handler ?? "");
    expect(bound.length).toBeGreaterThan(1);
    for (const handler of bound) expect(code).toMatch(new RegExp(`^ {2,4}${handler}\\(`, "m"));
  });

  test("shows only texts that exist in both languages, and every text is used", () => {
    const files = readdirSync(new URL(folder, ROOT)).filter(
      (file) => file.endsWith(".ts") && file !== "text.ts",
    );
    const code = files.map((file) => read(folder + file)).join("");
    const keys = Object.keys(text.zh).sort();
    const used = keys.filter((key) => new RegExp(`\\btext\\.${key}\\b|"${key}"`).test(wxml + code));
    expect(used).toEqual(keys);
    expect(Object.keys(text.en).sort()).toEqual(keys);
    for (const [, key] of wxml.matchAll(/\btext\.(\w+)/g)) expect(keys).toContain(key);
  });
});

describe("the project", () => {
  const project = (path: string) => read(`miniprogram/${path}`);

  test("has every file that WeChat DevTools looks for", () => {
    const app = JSON.parse(project("app.json"));
    expect(app.pages).toEqual(["pages/index/index"]);
    for (const extension of ["ts", "wxml", "wxss", "json"]) project(`pages/index/index.${extension}`);
    for (const path of ["app.ts", "app.wxss", app.sitemapLocation]) project(path);
    const themes = JSON.parse(project(app.themeLocation));
    const variables = Object.values<string>(app.window).filter((value) => value.startsWith("@"));
    for (const theme of ["light", "dark"]) {
      expect(Object.keys(themes[theme]).map((name) => `@${name}`)).toEqual(variables);
    }
  });

  test("compiles TypeScript, accepts the emulator, and asks for consent to privacy terms", () => {
    const { appid, setting } = JSON.parse(project("project.config.json"));
    expect({ appid, ...setting }).toMatchObject({
      appid: "touristappid",
      urlCheck: false,
      es6: true,
      useCompilerPlugins: ["typescript"],
    });
    expect(JSON.parse(project("app.json")).__usePrivacyCheck__).toBe(true);
  });
});
