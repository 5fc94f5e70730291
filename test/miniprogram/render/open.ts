import type { Page } from "playwright-core";
import type { Endpoint } from "../../../packages/uploader/src/index.ts";
import { compilePage } from "./compile.ts";
import type { Phone, PhoneFile } from "./phone.ts";

/** The origin of the page; nothing listens there. */
const ADDRESS = "http://127.0.0.1:1/";

/** The page's document, by the endpoint that it was compiled for. */
const compiled = new Map<string, Promise<string>>();

function documentFor(endpoint: Endpoint): Promise<string> {
  const key = JSON.stringify(endpoint);
  const html = compiled.get(key) ?? compilePage(endpoint);
  compiled.set(key, html);
  return html;
}

/** Shows the sample's page in this tab, on a phone with these files. */
export async function showSample(page: Page, endpoint: Endpoint, phone: Partial<Phone> = {}): Promise<void> {
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
  const told = `<script>window.phone = ${JSON.stringify(made).replaceAll("<", "\\u003c")};</script>`;
  const body = (await documentFor(endpoint)).replace("<script>", () => `${told}<script>`);
  await page.unrouteAll();
  await page.route(ADDRESS, (route) => route.fulfill({ contentType: "text/html", body }));
  await page.goto(ADDRESS);
}

/** A picture of one color, in a format that no phone's camera uses: an uncompressed BMP, which browsers show. */
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

/** A file that begins like a PDF and has nothing more. */
export function pdf(name: string, size: number): PhoneFile {
  const content = Buffer.from("%PDF-1.7\n").toString("base64");
  return { path: `wxfile://tmp/${name}`, name, type: "application/pdf", content, size };
}
