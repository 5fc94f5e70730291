import { createHash, createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listen, stop } from "../../../../packages/cos-emulator/src/cloud/listen.ts";
import { BROWSER, TestBrowser } from "../../../dev/page/browser.ts";
import { type PostAnswer, plainForm } from "../../../upload/client.ts";
import { ask, startTestEmulator } from "../../../upload/emulator.ts";

/** The attacker's name, which resolves to this machine whenever the attacker wants. */
const EVIL = "evil.example";
const HTML = "<script>document.title = 'ran'</script>";

describe.skipIf(BROWSER === undefined)("a web page in a browser", () => {
  let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
  let browser: TestBrowser;
  /** Serves an empty page at any path and name: the attacker's site, and a developer's own. */
  const site = createServer((_, response) =>
    response.setHeader("content-type", "text/html").end("<p>page</p>"),
  );
  let sitePort: number;
  beforeAll(async () => {
    sitePort = await listen(site, 0);
    emulator = await startTestEmulator({
      environment: { CORS_ORIGINS: `http://localhost:${sitePort}` },
    });
    browser = await TestBrowser.start({ names: [EVIL, "localhost"] });
  });
  afterAll(async () => {
    await browser?.close();
    await emulator?.close();
    await stop(site);
  });

  let lines: number;
  beforeEach(() => {
    lines = emulator.lines.length;
  });
  // Without the icon, which a browser requests at any time.
  const newLines = () => emulator.lines.slice(lines).filter((line) => !line.includes(" /favicon.ico"));
  const stored = async () => (await ask<{ total: number }>(`${emulator.url}/_emulator/objects`)).json.total;
  const portOf = (url: string) => Number(new URL(url).port);

  /**
   * A page under the attacker's name and a port of the emulator. Its document is the emulator's answer, so it has this
   * origin, and a script in it can do what a page that the attacker served before rebinding the name could do.
   */
  async function openRebound(port: number): Promise<Page> {
    const page = await browser.open(`http://${EVIL}:${port}/`);
    expect(await page.evaluate("origin")).toBe(`http://${EVIL}:${port}`);
    lines = emulator.lines.length;
    return page;
  }

  /** A page of the attacker's own site. */
  const openEvil = () => browser.open(`http://${EVIL}:${sitePort}/`);

  /** What a page's own script can see of a request. */
  function fetchIn(page: Page, url: string, init: object = {}): Promise<{ status: number; text: string }> {
    return page.evaluate<{ status: number; text: string }>(`(async () => {
      const response = await fetch(${JSON.stringify(url)}, ${JSON.stringify(init)});
      return { status: response.status, text: await response.text() };
    })()`);
  }

  /** The fields of a form that COS would accept, signed by the functions. */
  async function signedForm(): Promise<{ url: string; fields: Record<string, string> }> {
    const { json } = await ask<PostAnswer>(`${emulator.url}/post-policy?ext=txt`);
    lines = emulator.lines.length;
    return { url: `${emulator.cosUrl}/`, fields: plainForm(json) };
  }

  /** Submits a form with a file, which navigates to the answer, and returns what the page then shows. */
  async function submit(
    page: Page,
    url: string,
    fields: object,
    enctype: string,
    file?: string,
  ): Promise<string> {
    const loaded = page.waitForNavigation();
    await page.evaluate(`(() => {
      const form = Object.assign(document.createElement("form"), { method: "POST", action: ${JSON.stringify(url)}, enctype: ${JSON.stringify(enctype)} });
      for (const [name, value] of Object.entries(${JSON.stringify(fields)})) {
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
      }
      const content = ${JSON.stringify(file ?? null)};
      if (content !== null) {
        const files = new DataTransfer();
        files.items.add(new File([content], "a.html", { type: "text/html" }));
        const input = Object.assign(document.createElement("input"), { type: "file", name: "file" });
        input.files = files.files;
        form.append(input);
      }
      document.body.append(form);
      form.submit();
    })()`);
    await loaded;
    return await page.content();
  }

  describe("under a name rebound to the loopback address", () => {
    test("cannot call a function", async () => {
      const page = await openRebound(portOf(emulator.url));
      for (const path of ["/put-sign?ext=jpg", "/post-policy?ext=jpg", "/login?code=user-ann-1"]) {
        expect(await fetchIn(page, path)).toMatchObject({
          status: 403,
          text: expect.stringContaining("HostNotAllowed"),
        });
      }
      expect(newLines()).toEqual(
        ["/put-sign", "/post-policy", "/login"].map((path) =>
          expect.stringContaining(`refused GET ${path}: the host`),
        ),
      );
      await page.close();
    });

    test("cannot use the emulator's page, and empties no bucket", async () => {
      const { url, fields } = await signedForm();
      const own = await browser.open(`http://localhost:${sitePort}/`);
      await fetchIn(own, `${emulator.url}/put-sign?ext=txt`);
      await submit(own, url, fields, "multipart/form-data", "kept");
      await own.close();
      const before = await stored();
      expect(before).toBeGreaterThan(0);
      const page = await openRebound(portOf(emulator.url));
      expect(await fetchIn(page, "/_emulator/objects")).toMatchObject({ status: 403 });
      expect(await fetchIn(page, "/_emulator/objects?all", { method: "DELETE" })).toMatchObject({
        status: 403,
      });
      expect(await fetchIn(page, "/_emulator/faults?set=sts=hang", { method: "PUT" })).toMatchObject({
        status: 403,
      });
      expect(await fetchIn(page, "/")).toMatchObject({ status: 403 });
      expect(await stored()).toBe(before);
      expect(emulator.faults.sts).toBeUndefined();
      await page.close();
    });

    test("cannot reach COS", async () => {
      const page = await openRebound(portOf(emulator.cosUrl));
      const answer = await fetchIn(page, "/a.txt");
      expect([answer.status, answer.text]).toEqual([
        404,
        expect.stringContaining("<Code>NoSuchBucket</Code>"),
      ]);
      await page.close();
    });

    test("cannot use SCF's API, even with the key", async () => {
      const port = portOf(emulator.scfEndpoint);
      const page = await openRebound(port);
      const call = signedListFunctionsCall(emulator.account, `${EVIL}:${port}`);
      const answer = await fetchIn(page, "/", call);
      expect(JSON.parse(answer.text).Response.Error.Code).toBe("UnauthorizedOperation");
      expect(newLines()).toEqual([expect.stringMatching(/^scf refused POST \/: the host "evil\.example/)]);
      // A program that has the key gets an answer to the same call.
      const own = signedListFunctionsCall(emulator.account, emulator.scfEndpoint.slice("http://".length));
      const { json } = await ask<{ Response: object }>(emulator.scfEndpoint, own);
      expect(json.Response).toMatchObject({ Domains: [] });
      await page.close();
    });
  });

  describe("of another site", () => {
    test("cannot store in COS with a form, even with signed fields", async () => {
      const { url, fields } = await signedForm();
      const before = await stored();
      const page = await openEvil();
      expect(await submit(page, url, fields, "multipart/form-data", HTML)).toContain("AccessDenied");
      expect(await stored()).toBe(before);
      expect(newLines()[0]).toMatch(
        /^cos POST \/ 403 AccessDenied .*: a page of the origin "http:\/\/evil\.example:\d+" sent it/,
      );
      await page.close();
    });

    test("cannot store in COS from a frame without an origin", async () => {
      const { url, fields } = await signedForm();
      const before = await stored();
      const page = await openEvil();
      await page.evaluate(`(() => {
        const script = ${JSON.stringify(postScript(url, fields))};
        document.body.append(Object.assign(document.createElement("iframe"), {
          sandbox: "allow-scripts allow-forms",
          srcdoc: "<script>" + script + "<\\/script>",
        }));
      })()`);
      await expect
        .poll(newLines)
        .toEqual(
          expect.arrayContaining([
            expect.stringMatching(/403 AccessDenied .*: a page of the origin "null" sent it/),
          ]),
        );
      expect(await stored()).toBe(before);
      await page.close();
    });

    test("cannot store in COS with a fetch whose answer it does not read", async () => {
      const { url, fields } = await signedForm();
      const before = await stored();
      const page = await openEvil();
      await page.evaluate(postScript(url, fields));
      await expect
        .poll(newLines)
        .toEqual(
          expect.arrayContaining([
            expect.stringMatching(/^cos POST \/ 403 AccessDenied .*: a page of the origin/),
          ]),
        );
      expect(await stored()).toBe(before);
      await page.close();
    });

    test("cannot call a function, by fetch or by an image's address", async () => {
      const page = await openEvil();
      await page.evaluate(
        `fetch(${JSON.stringify(`${emulator.url}/put-sign?ext=jpg`)}, { mode: "no-cors" }).catch(() => {})`,
      );
      await page.evaluate(`new Promise((resolve) => {
        const image = new Image();
        image.onload = image.onerror = () => resolve();
        image.src = ${JSON.stringify(`${emulator.url}/put-sign?ext=jpg`)};
      })`);
      expect(newLines()).toEqual([
        expect.stringContaining("entry refused GET /put-sign: a page of another site"),
        expect.stringContaining("entry refused GET /put-sign: a page of another site"),
      ]);
      await page.close();
    });

    test("cannot use SCF's API with a form signed in the first form", async () => {
      const host = emulator.scfEndpoint.slice("http://".length);
      const call = signedV1Call(emulator.account, host);
      const type = "application/x-www-form-urlencoded";
      // The signature is valid: to a program, the API gives its usual answer to such a call.
      const own = await ask<{ Response: { Error?: { Code: string } } }>(emulator.scfEndpoint, {
        method: "POST",
        headers: { "content-type": type },
        body: new URLSearchParams(call).toString(),
      });
      expect(own.json.Response.Error?.Code ?? "").not.toMatch(/^(?:AuthFailure|UnauthorizedOperation)/);
      lines = emulator.lines.length;
      const page = await openEvil();
      expect(await submit(page, `${emulator.scfEndpoint}/`, call, type)).toContain("UnauthorizedOperation");
      expect(newLines()[0]).toMatch(/^scf refused POST \/: a page of the origin "http:\/\/evil/);
      await page.close();
    });
  });

  describe("of this machine", () => {
    test("can upload from the emulator's own origin straight to COS, by PUT and by POST", async () => {
      // A document of this origin without the real page's content security policy, which allows no other host.
      const page = await browser.open(`${emulator.url}/nothing`);
      await uploadStraight(page, emulator.url, emulator.cosUrl);
      await page.close();
    });

    test("can upload from a page on another port that CORS_ORIGINS names, and shows the object", async () => {
      const page = await browser.open(`http://localhost:${sitePort}/`);
      const key = await uploadStraight(page, emulator.url, emulator.cosUrl);
      const { json } = await ask<{ url: string }>(`${emulator.url}/object-url?key=${key}`);
      const width = await page.evaluate<number>(`new Promise((resolve) => {
        const image = new Image();
        image.onload = image.onerror = () => resolve(image.naturalWidth);
        image.src = ${JSON.stringify(json.url.replace("https:", "http:"))};
      })`);
      expect(width).toBe(1);
      await page.close();
    });

    test("can be the target of a link on another site", async () => {
      const page = await openEvil();
      const loaded = page.waitForNavigation();
      await page.evaluate(`location.href = ${JSON.stringify(emulator.url)}`);
      await loaded;
      expect(page.url()).toBe(`${emulator.url}/`);
      await page.locator("#files").waitFor({ state: "attached" });
      expect(newLines().filter((line) => line.includes("refused"))).toEqual([]);
      await page.close();
    });
  });
});

/** A GIF of one pixel, base64. */
const PIXEL = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

/** Uploads as a page's script would; returns the key of the PUT. */
function uploadStraight(page: Page, functions: string, cos: string): Promise<string> {
  return page.evaluate<string>(`(async () => {
    const file = Uint8Array.from(atob("${PIXEL}"), (c) => c.charCodeAt(0));
    const put = await (await fetch("${functions}/put-sign?ext=gif")).json();
    const { host, "content-length": _, ...headers } = put.headers;
    const answer = await fetch("${cos}/" + put.cosKey, { method: "PUT", headers, body: file });
    if (answer.status !== 200 || !answer.headers.get("etag")) throw new Error("PUT " + answer.status + await answer.text());
    const post = await (await fetch("${functions}/post-policy?ext=gif")).json();
    const form = new FormData();
    for (const [name, value] of Object.entries(post.fields)) form.append(name, value);
    form.append("file", new Blob([file]));
    const posted = await fetch("${cos}/", { method: "POST", body: form });
    if (posted.status !== 200) throw new Error("POST " + posted.status + await posted.text());
    return put.cosKey;
  })()`);
}

/** A script that sends a form with a file and does not wait for an answer that it could read. */
function postScript(url: string, fields: object): string {
  return `(async () => {
    const form = new FormData();
    for (const [name, value] of Object.entries(${JSON.stringify(fields)})) form.append(name, value);
    form.append("file", new Blob(["text"]), "a.txt");
    await fetch(${JSON.stringify(url)}, { method: "POST", mode: "no-cors", body: form }).catch(() => {});
  })()`;
}

interface Key {
  readonly secretId: string;
  readonly secretKey: string;
}

/** A call of SCF's API in its third form (https://cloud.tencent.com/document/api/583/33846), signed for this host. */
function signedListFunctionsCall({ secretId, secretKey }: Key, host: string) {
  const timestamp = Math.floor(Date.now() / 1000);
  const date = new Date(timestamp * 1000).toISOString().slice(0, 10);
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const canonical = `POST\n/\n\ncontent-type:application/json\nhost:${host}\n\ncontent-type;host\n${sha256("{}")}`;
  const toSign = `TC3-HMAC-SHA256\n${timestamp}\n${date}/scf/tc3_request\n${sha256(canonical)}`;
  const signing = hmac(hmac(hmac(`TC3${secretKey}`, date), "scf"), "tc3_request");
  return {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `TC3-HMAC-SHA256 Credential=${secretId}/${date}/scf/tc3_request, SignedHeaders=content-type;host, Signature=${hmac(signing, toSign).toString("hex")}`,
      "x-tc-action": "ListCustomDomains",
      "x-tc-version": "2018-04-16",
      "x-tc-region": "ap-guangzhou",
      "x-tc-timestamp": String(timestamp),
    },
    body: "{}",
  };
}

/** A call in the first form, whose signature is a parameter (https://cloud.tencent.com/document/api/213/15693). */
function signedV1Call({ secretId, secretKey }: Key, host: string): Record<string, string> {
  const parameters: Record<string, string> = {
    Action: "ListCustomDomains",
    Version: "2018-04-16",
    Nonce: "11886",
    Region: "ap-guangzhou",
    SecretId: secretId,
    Timestamp: String(Math.floor(Date.now() / 1000)),
  };
  const text = Object.entries(parameters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  const signature = createHmac("sha1", secretKey).update(`POST${host}/?${text}`).digest("base64");
  return { ...parameters, Signature: signature };
}
