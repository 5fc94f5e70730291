import COS from "cos-nodejs-sdk-v5";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EMULATED_BUCKET } from "../../packages/cos-emulator/src/cloud/account.ts";
import { TEST_ENV } from "../support/bundle.ts";
import { BundleProcess } from "../support/bundle-process.ts";
import { type FakeSts, startFakeSts } from "../support/fake-sts.ts";
import { ask, startTestEmulator } from "./emulator.ts";

const AT = { Bucket: EMULATED_BUCKET.name, Region: EMULATED_BUCKET.region };

const NAMES = [
  "照片 二〇二六.jpg",
  "a b+c +d.jpg",
  "a#b?c&d=e;f,g.jpg",
  "100%%2F%41.jpg",
  "it's (1)*!~.jpg",
  "😀 é e\u0301.jpg",
  'quote"<>\\^`{|}@$:.jpg',
];

const QUERIES: Readonly<Record<string, string>>[] = [
  {},
  {
    "response-content-type": "image/png; charset=utf-8",
    "response-content-disposition": "attachment; filename*=UTF-8''%E5%9B%BE%20(1)!.png",
    "response-expires": "Thu, 01 Jan 2026 00:00:00 GMT",
  },
  { "imageMogr2/thumbnail/!50p/format/webp/rotate/90": "" },
  { "imageView2/1/w/200/h/200": "", "response-cache-control": "max-age=60, private" },
  { "ci-process": "snapshot", time: "1.5", width: "200", format: "jpg" },
];

const CASES = NAMES.flatMap((name) => QUERIES.map((query) => [`uploads/20261123/${name}`, query] as const));

function sdkUrl(sdk: COS, key: string, Query: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    sdk.getObjectUrl({ ...AT, Key: key, Sign: true, Query }, (error, data) => {
      if (error) reject(error);
      else resolve(data.Url);
    });
  });
}

/** The meaning of a URL, regardless of the order of its parameters and of what it encodes. */
function meaning(url: string) {
  const { host, pathname, search } = new URL(url);
  const parameters = search
    .slice(1)
    .split("&")
    .map((pair) => {
      const [name = "", value = ""] = pair.split("=");
      return [decodeURIComponent(name), decodeURIComponent(value)];
    });
  return {
    host,
    path: decodeURIComponent(pathname),
    parameters: parameters.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
  };
}

describe("object-url signs as the official SDK does with the same credential and time:", () => {
  let sts: FakeSts;
  let objectUrl: BundleProcess;
  beforeAll(async () => {
    sts = await startFakeSts();
    objectUrl = await BundleProcess.start("object-url", { ...TEST_ENV, ...sts.env });
  });
  afterAll(async () => {
    await objectUrl.close();
    await sts.close();
  });

  test.each(CASES)("%s %j", async (key, query) => {
    const { url } = JSON.parse((await objectUrl.invoke({ queryString: { key, ...query } })).body);
    const ours = meaning(url);
    const type = new URL(url).searchParams.get("response-content-type") ?? "";
    const [start = 0, end = 0] = (new URL(url).searchParams.get("q-key-time") ?? "").split(";").map(Number);
    const sdk = new COS({
      Protocol: "https:",
      getAuthorization: (_options, callback) =>
        callback({
          TmpSecretId: "AKIDtmp",
          TmpSecretKey: "the-temporary-key",
          SecurityToken: "the-token",
          StartTime: start,
          ExpiredTime: end,
        }),
    });
    expect(meaning(await sdkUrl(sdk, key, { ...query, "response-content-type": type }))).toEqual(ours);
    expect(ours.path).toBe(`/${key}`);
  });
});

describe("both kinds of URL download the object:", () => {
  let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
  let sdk: COS;
  beforeAll(async () => {
    emulator = await startTestEmulator();
    sdk = new COS({
      SecretId: emulator.account.secretId,
      SecretKey: emulator.account.secretKey,
      Protocol: "http:",
      Domain: emulator.cosHost,
      AutoSwitchHost: false,
      ConfCwd: emulator.dataDirectory,
    });
  });
  afterAll(() => emulator.close());

  test.each(CASES)("%s %j", async (key, query) => {
    await sdk.putObject({ ...AT, Key: key, Body: key });
    const parameters = new URLSearchParams({ key, ...query });
    const { json } = await ask<{ url: string }>(`${emulator.url}/object-url?${parameters}`);
    for (const url of [await sdkUrl(sdk, key, query), json.url.replace("https:", "http:")]) {
      const response = await fetch(url);
      expect([response.status, await response.text()]).toEqual([200, key]);
      for (const [name, value] of Object.entries(query)) {
        if (name.startsWith("response-")) {
          expect(response.headers.get(name.slice("response-".length))).toBe(value);
        }
      }
      const isProcessed = /^(image|ci-process)/.test(Object.keys(query).join());
      expect(response.headers.has("x-emulator-note")).toBe(isProcessed);
    }
  });
});
