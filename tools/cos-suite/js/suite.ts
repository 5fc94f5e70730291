import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { chromiumArguments, findChromium } from "../../lib/chromium.ts";
import type { Suite, SuiteContext, SuiteMessage } from "../suite.ts";
import { MessageQueue } from "./message-queue.ts";

/** COS's host names; each bucket has its own. */
const COS_NAMES = ["*.myqcloud.com", "*.tencentcos.cn"];
const JEST = fileURLToPath(new URL("jest-globals.mjs", import.meta.url));

/**
 * cos-js-sdk-v5's test/test.js, which is written for Jest, in a real browser, where CORS applies. Chromium resolves COS's
 * names to the emulator, and no other names.
 */
export const jsSuite: Suite = {
  name: "cos-js-sdk-v5",
  needs: ["test/test.js", "node_modules/fast-xml-parser"],
  keys: "js-sdk/test/*",

  async *run(context) {
    const executablePath = findChromium();
    if (executablePath === undefined) throw new Error("Chromium was not found; set CHROMIUM to its path.");
    const script = await bundle(context);
    const site = createServer((request, response) => {
      const isScript = request.url === "/suite.js";
      response.setHeader("content-type", isScript ? "text/javascript" : "text/html; charset=utf-8");
      response.end(isScript ? script : '<!doctype html><script src="suite.js"></script>');
    });
    await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
    const address = site.address();
    const origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    const browser = await chromium.launchPersistentContext(join(context.directory, "profile"), {
      executablePath,
      // The emulator's certificate covers only its own address.
      ignoreHTTPSErrors: true,
      args: chromiumArguments(
        COS_NAMES.map((name) => `MAP ${name} 127.0.0.1:${new URL(context.emulator.cosUrl).port}`),
      ),
    });
    const messages = new MessageQueue<SuiteMessage>();
    try {
      const page = await browser.newPage();
      await page.exposeFunction("tellSuite", (message: SuiteMessage | undefined) => {
        if (message === undefined || message === null) messages.end();
        else messages.push(message);
      });
      page.on("requestfailed", (request) => {
        const { hostname } = new URL(request.url());
        if (!OF_EMULATOR.test(hostname)) messages.push({ type: "elsewhere", host: hostname });
      });
      page.on("close", () => messages.end());
      page.on("crash", () => messages.end());
      await page.goto(origin);
      const { only, timeoutSeconds } = context;
      await page.evaluate(`void runSuite(${JSON.stringify({ only, timeoutMs: timeoutSeconds * 1000 })})`);
      yield* messages;
    } finally {
      await browser.close();
      site.closeAllConnections();
      site.close();
    }
  },
};

const OF_EMULATOR = /^127\.0\.0\.1$|\.(?:myqcloud\.com|tencentcos\.cn)$/;

async function bundle({ folder, emulator, credentialsUrl }: SuiteContext): Promise<string> {
  const { account, bucket } = emulator;
  const variables = {
    SecretId: account.secretId,
    SecretKey: account.secretKey,
    Bucket: bucket.name,
    Region: bucket.region,
    ReplicationBucket: bucket.name,
    ReplicationRegion: bucket.region,
    Uin: account.ownerUin,
    jssdkStsUrl: credentialsUrl,
  };
  const define = Object.entries(variables).map(([name, value]) => [
    `process.env.${name}`,
    JSON.stringify(value),
  ]);
  const { outputFiles } = await build({
    entryPoints: [join(folder, "test/test.js")],
    bundle: true,
    write: false,
    platform: "browser",
    format: "iife",
    charset: "utf8",
    logLevel: "silent",
    alias: { "@jest/globals": JEST },
    define: Object.fromEntries(define),
  });
  const [script] = outputFiles;
  if (script === undefined) throw new Error(`${folder}/test/test.js could not be bundled.`);
  return script.text;
}
