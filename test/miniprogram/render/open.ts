import type { Page } from "playwright-core";
import type { Endpoint } from "../../../packages/uploader/src/index.ts";
import type { TestBrowser } from "../../dev/page/browser.ts";
import { compilePage } from "./compile.ts";
import type { Phone, PhoneFile } from "./phone.ts";

/** Where the page is shown from; nothing listens there. */
const ADDRESS = "http://127.0.0.1:1/";

/** Shows the sample's page on a phone with these files. */
export async function openSample(
  browser: TestBrowser,
  endpoint: Endpoint,
  phone: Partial<Phone> = {},
): Promise<Page> {
  const html = await compilePage(endpoint);
  const made: Phone = {
    files: [],
    language: "zh_CN",
    codes: [],
    taps: [],
    chooseFailure: "",
    lists: [],
    previews: [],
    ...phone,
  };
  return browser.open(ADDRESS, async (page) => {
    await page.addInitScript(`window.phone = ${JSON.stringify(made)};`);
    await page.route(ADDRESS, (route) => route.fulfill({ contentType: "text/html", body: html }));
  });
}

/** A picture of one color, as a phone's camera would not take it: an uncompressed BMP, which browsers show. */
export function picture(name: string, [red, green, blue]: readonly [number, number, number]): PhoneFile {
  const side = 120;
  const head = Buffer.alloc(54);
  head.write("BM");
  head.writeUInt32LE(54 + side * side * 3, 2);
  head.writeUInt32LE(54, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(side, 18);
  head.writeInt32LE(side, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(24, 28);
  const pixels = Buffer.alloc(side * side * 3, Buffer.of(blue, green, red));
  return {
    path: `wxfile://tmp/${name}`,
    name,
    type: "image/jpeg",
    content: Buffer.concat([head, pixels]).toString("base64"),
  };
}

export function pdf(name: string, bytes: number): PhoneFile {
  const content = Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(bytes - 9)]).toString("base64");
  return { path: `wxfile://tmp/${name}`, name, type: "application/pdf", content };
}
