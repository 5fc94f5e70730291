import { describe, expect, test } from "vitest";
import { type Answer, resource, signedHeaders, startCos, type TestCos } from "./support.ts";

const HOST = "uploads-1250000000.cos-website.ap-guangzhou.myqcloud.com";
const xmlOf = (content = "", index = "<IndexDocument><Suffix>index.html</Suffix></IndexDocument>") =>
  `<WebsiteConfiguration>${index}${content}</WebsiteConfiguration>`;
const ERROR = "<ErrorDocument><Key>error.html</Key></ErrorDocument>";
const ruleOf = (condition: string, redirect: string) =>
  `<RoutingRules><RoutingRule><Condition>${condition}</Condition><Redirect>${redirect}</Redirect></RoutingRule></RoutingRules>`;

function owner(cos: TestCos, method: "GET" | "PUT" | "DELETE", key: string, sub?: string, body?: string) {
  const query = sub === undefined ? {} : { [sub]: "" };
  const headers = signedHeaders({ method, key, query, headers: { host: cos.host } });
  const path = `/${key}${sub === undefined ? "" : `?${sub}`}`;
  return cos.send({ method, path, headers, ...(body !== undefined && { body }) });
}

/** A website with a page under each of these keys that shows its name, open to everybody. */
async function startSite(configuration: string, keys: readonly string[], open = true): Promise<TestCos> {
  const cos = await startCos();
  const statement = [
    {
      principal: { qcs: ["*"] },
      effect: "allow",
      action: ["name/cos:GetObject", "name/cos:HeadObject"],
      resource: [resource("*")],
    },
  ];
  if (open) await owner(cos, "PUT", "", "policy", JSON.stringify({ version: "2.0", statement }));
  expect((await owner(cos, "PUT", "", "website", configuration)).status).toBe(200);
  for (const key of keys) await owner(cos, "PUT", key, undefined, `page ${key}`);
  return cos;
}

const visit = (cos: TestCos, path: string, method = "GET", headers = {}): Promise<Answer> =>
  cos.send({ method, path, headers: { host: HOST, ...headers } });

async function seen(cos: TestCos, path: string): Promise<[number, string]> {
  const { status, body } = await visit(cos, path);
  return [status, body.toString()];
}

test("a configuration is returned as it was put, and can be deleted; without one there is no website", async () => {
  const cos = await startCos();
  const none = { status: 404, code: "NoSuchWebsiteConfiguration" };
  expect(await owner(cos, "GET", "", "website")).toMatchObject(none);
  expect(await visit(cos, "/")).toMatchObject(none);
  await owner(cos, "PUT", "", "website", xmlOf());
  expect((await owner(cos, "GET", "", "website")).body.toString()).toBe(xmlOf());
  expect((await owner(cos, "DELETE", "", "website")).status).toBe(204);
  expect(await owner(cos, "GET", "", "website")).toMatchObject(none);
});

test("a rule without URLRedirect is returned with URLRedirect Enabled", async () => {
  const cos = await startCos();
  const to = "<ReplaceKeyWith>404.html</ReplaceKeyWith>";
  const said = "<URLRedirect>Enabled</URLRedirect>";
  const when = "<HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals>";
  for (const put of [to, `${said}${to}`]) {
    await owner(cos, "PUT", "", "website", xmlOf(ruleOf(when, put)));
    const { body } = await owner(cos, "GET", "", "website");
    expect(body.toString()).toBe(xmlOf(ruleOf(when, put === to ? `${to}${said}` : put)));
  }
});

describe("a website", () => {
  test("shows a folder's index, and pages by name", async () => {
    const cos = await startSite(xmlOf(), ["index.html", "docs/index.html", "docs/a.html"]);
    expect(await seen(cos, "/")).toEqual([200, "page index.html"]);
    expect(await seen(cos, "/docs/")).toEqual([200, "page docs/index.html"]);
    expect(await seen(cos, "/docs/a.html")).toEqual([200, "page docs/a.html"]);
    expect((await visit(cos, "/", "HEAD")).headers["content-length"]).toBe("15");
    expect(await visit(cos, "/nothing")).toMatchObject({ status: 404, code: "NoSuchKey" });
  });

  test("of a private bucket shows nothing", async () => {
    const cos = await startSite(xmlOf(), ["index.html"], false);
    expect(await visit(cos, "/")).toMatchObject({ status: 403, code: "AccessDenied" });
  });

  test("accepts no uploads", async () => {
    const cos = await startSite(xmlOf(), []);
    const answer = await cos.send({ method: "PUT", path: "/a", headers: { host: HOST }, body: "x" });
    expect(answer).toMatchObject({ status: 405, code: "MethodNotAllowed" });
    expect(cos.store.keys()).toEqual([]);
  });

  test("of a missing bucket is NoSuchBucket", async () => {
    const cos = await startSite(xmlOf(), []);
    const host = HOST.replace("uploads", "nobody");
    expect(await visit(cos, "/", "GET", { host })).toMatchObject({ status: 404, code: "NoSuchBucket" });
  });

  test("shows its error document, with the error's status or with 200", async () => {
    const cos = await startSite(xmlOf(ERROR), ["error.html"]);
    expect(await seen(cos, "/nothing")).toEqual([404, "page error.html"]);
    const ranged = await visit(cos, "/nothing", "GET", { range: "bytes=0-3" });
    expect([ranged.status, ranged.body.toString()]).toEqual([404, "page error.html"]);
    const changed = ERROR.replace("</Key>", "</Key><OriginalHttpStatus>Disabled</OriginalHttpStatus>");
    await owner(cos, "PUT", "", "website", xmlOf(changed));
    expect(await seen(cos, "/nothing")).toEqual([200, "page error.html"]);
  });

  test("finds a page without its extension if that is enabled", async () => {
    const addressing = "<AutoAddressing><Status>Enabled</Status></AutoAddressing>";
    expect(await seen(await startSite(xmlOf(addressing), ["a.html"]), "/a")).toEqual([200, "page a.html"]);
    expect((await visit(await startSite(xmlOf(), ["a.html"]), "/a")).status).toBe(404);
  });

  test.each([
    [
      "<RedirectAllRequestsTo><Protocol>https</Protocol></RedirectAllRequestsTo>",
      "/a%20b",
      301,
      "https",
      "/a%20b",
    ],
    [
      ruleOf("<KeyPrefixEquals>old/</KeyPrefixEquals>", "<ReplaceKeyPrefixWith>new/</ReplaceKeyPrefixWith>"),
      "/old/a",
      302,
      "http",
      "/new/a",
    ],
    [
      ruleOf(
        "<HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals>",
        "<Protocol>https</Protocol><ReplaceKeyWith>404.html</ReplaceKeyWith>",
      ),
      "/nothing",
      302,
      "https",
      "/404.html",
    ],
    [
      ruleOf("<KeyPrefixEquals>x</KeyPrefixEquals>", "<ReplaceKeyWith>//evil.example/</ReplaceKeyWith>"),
      "/x",
      302,
      "http",
      "/evil.example/",
    ],
  ])("redirects by %s", async (content, path, status, protocol, to) => {
    const answer = await visit(await startSite(xmlOf(content), []), path);
    expect([answer.status, answer.headers.location]).toEqual([status, `${protocol}://${HOST}${to}`]);
  });
});

describe("PUT ?website is refused:", () => {
  test.each([
    ["not XML", "x", 400, "MalformedXML"],
    ["no index", xmlOf("", ""), 400, "MalformedXML"],
    ["an index with a slash", xmlOf().replace("index.html", "a/b"), 400, "InvalidArgument"],
    [
      "a rule without a condition",
      xmlOf(ruleOf("", "<ReplaceKeyWith>a</ReplaceKeyWith>")),
      400,
      "MalformedXML",
    ],
    [
      "a rule without a target",
      xmlOf(ruleOf("<KeyPrefixEquals>a</KeyPrefixEquals>", "")),
      400,
      "MalformedXML",
    ],
    [
      "a rule for a status that is not an error",
      xmlOf(
        ruleOf(
          "<HttpErrorCodeReturnedEquals>200</HttpErrorCodeReturnedEquals>",
          "<ReplaceKeyWith>a</ReplaceKeyWith>",
        ),
      ),
      400,
      "InvalidArgument",
    ],
    [
      "what is not emulated",
      xmlOf("<ErrorDocument><Charity404>Enabled</Charity404></ErrorDocument>"),
      501,
      "NotImplemented",
    ],
  ])("%s", async (_, body, status, code) => {
    const cos = await startCos();
    expect(await owner(cos, "PUT", "", "website", body)).toMatchObject({ status, code });
    expect((await owner(cos, "GET", "", "website")).status).toBe(404);
  });
});

test("the bucket's CORS rules apply to its pages too, and only to the origins that they name", async () => {
  const cos = await startSite(xmlOf(), ["a.json"]);
  const rule = "<AllowedOrigin>https://www.example.com</AllowedOrigin><AllowedMethod>GET</AllowedMethod>";
  const rules = `<CORSConfiguration><CORSRule>${rule}</CORSRule></CORSConfiguration>`;
  expect((await owner(cos, "PUT", "", "cors", rules)).status).toBe(200);
  const named = await visit(cos, "/a.json", "GET", { origin: "https://www.example.com" });
  expect(named).toMatchObject({
    status: 200,
    headers: { "access-control-allow-origin": "https://www.example.com" },
  });
  const local = await visit(cos, "/a.json", "GET", { origin: "http://localhost:5173" });
  expect(local.headers).not.toHaveProperty("access-control-allow-origin");
});
