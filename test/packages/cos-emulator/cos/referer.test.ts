import { describe, expect, test } from "vitest";
import { type Answer, resource, signedHeaders, startCos, type TestCos } from "./support.ts";

const xmlOf = (changes: Record<string, string> = {}, domains: readonly string[] = ["*.qq.com"]) => {
  const elements = {
    Status: "Enabled",
    RefererType: "White-List",
    EmptyReferConfiguration: "Deny",
    ...changes,
  };
  const list = domains.map((domain) => `<Domain>${domain}</Domain>`).join("");
  const others = Object.entries(elements).map(([name, value]) => `<${name}>${value}</${name}>`);
  return `<RefererConfiguration>${others.join("")}<DomainList>${list}</DomainList></RefererConfiguration>`;
};

function configure(cos: TestCos, method: "GET" | "PUT", body?: string): Promise<Answer> {
  const headers = signedHeaders({ method, key: "", query: { referer: "" }, headers: { host: cos.host } });
  return cos.send({ method, path: "/?referer", headers, ...(body !== undefined && { body }) });
}

/** A bucket that everybody may read, with an object `a` and this rule. */
async function startPublic(rule: string): Promise<TestCos> {
  const cos = await startCos();
  const statement = [
    { principal: { qcs: ["*"] }, effect: "allow", action: ["name/cos:GetObject"], resource: [resource("*")] },
  ];
  const owner = (query: Record<string, string>, key: string) =>
    signedHeaders({ method: "PUT", key, query, headers: { host: cos.host } });
  const policy = JSON.stringify({ version: "2.0", statement });
  await cos.send({ method: "PUT", path: "/?policy", headers: owner({ policy: "" }, ""), body: policy });
  await cos.send({ method: "PUT", path: "/a", headers: owner({}, "a"), body: "x" });
  expect((await configure(cos, "PUT", rule)).status).toBe(200);
  return cos;
}

const get = (cos: TestCos, referer?: string) =>
  cos.send({ method: "GET", path: "/a", headers: referer === undefined ? {} : { referer } });

test("a rule is returned as it was put; there is none before, and none after a PUT without one", async () => {
  const cos = await startPublic(xmlOf());
  expect((await configure(cos, "GET")).body.toString()).toBe(xmlOf());
  expect((await get(cos, "https://evil.example/")).status).toBe(403);
  expect((await configure(cos, "PUT", "")).status).toBe(200);
  expect((await get(cos, "https://evil.example/")).status).toBe(200);
  const none = (await configure(cos, "GET")).body.toString();
  expect(none).toMatch(/<RefererConfiguration(?:\/>|><\/RefererConfiguration>)$/);
  expect((await configure(await startCos(), "GET")).body.toString()).toBe(none);
});

test("a rule that says nothing of an empty Referer is returned with its Deny, as cos-cpp-sdk-v5 expects", async () => {
  const stated = "<EmptyReferConfiguration>Deny</EmptyReferConfiguration>";
  const cos = await startPublic(xmlOf().replace(stated, ""));
  const answer = (await configure(cos, "GET")).body.toString();
  expect(answer).toContain(`</DomainList>${stated}</RefererConfiguration>`);
});

describe("an allow list", () => {
  test.each([
    [["*.qq.com"], "https://qq.com/page", true],
    [["*.qq.com"], "http://a.b.qq.com:8080/", true],
    [["*.qq.com"], "https://evilqq.com/", false],
    [["*.qq.com"], "https://evil.example/.qq.com", false],
    [["*.qq.com"], "https://evil.example/?https://qq.com", false],
    [["www.example.com"], "https://www.example.com.cn/x", true],
    [["www.example.com"], "https://example.com/", false],
    [["www.example.com/photos"], "https://www.example.com/photos/1", true],
    [["www.example.com/photos"], "https://www.example.com/", false],
    [["192.168.1.2:8080"], "http://192.168.1.2:8080/", true],
    [["192.168.1.2:8080"], "http://192.168.1.2/", false],
    [["https://WWW.example.com"], "http://www.Example.com/", true],
    [["servicewechat.com"], "https://servicewechat.com/wx0123456789abcdef/1/page-frame.html", true],
  ])("of %s: %s is accepted: %s", async (domains, referer, isAllowed) => {
    const answer = await get(await startPublic(xmlOf({}, domains)), referer);
    expect(answer.status).toBe(isAllowed ? 200 : 403);
    if (!isAllowed) {
      expect(answer).toMatchObject({
        code: "AccessDenied",
        message: "You are denied by bucket referer rule",
      });
    }
  });

  test("accepts an empty Referer only if the rule says so", async () => {
    expect((await get(await startPublic(xmlOf()))).status).toBe(403);
    expect((await get(await startPublic(xmlOf({ EmptyReferConfiguration: "Allow" })))).status).toBe(200);
  });

  test("does not apply to a signed request", async () => {
    const cos = await startPublic(xmlOf());
    const headers = {
      ...signedHeaders({ method: "GET", key: "a", headers: { host: cos.host } }),
      referer: "https://evil.example/",
    };
    expect((await cos.send({ method: "GET", path: "/a", headers })).status).toBe(200);
  });

  test("that is disabled refuses nobody", async () => {
    const cos = await startPublic(xmlOf({ Status: "Disabled" }));
    expect((await get(cos, "https://evil.example/")).status).toBe(200);
  });
});

test("a block list refuses the sites that it names and, by default, an empty Referer", async () => {
  const cos = await startPublic(xmlOf({ RefererType: "Black-List" }));
  expect((await get(cos, "https://www.qq.com/")).status).toBe(403);
  expect((await get(cos, "https://example.com/")).status).toBe(200);
  expect((await get(cos)).status).toBe(403);
});

describe("PUT ?referer is refused:", () => {
  test.each([
    ["not XML", "x", "MalformedXML"],
    ["no domains", xmlOf({}, []), "MalformedXML"],
    ["an unknown status", xmlOf({ Status: "On" }), "InvalidArgument"],
    ["an unknown type", xmlOf({ RefererType: "Grey-List" }), "InvalidArgument"],
    ["an unknown empty", xmlOf({ EmptyReferConfiguration: "Yes" }), "InvalidArgument"],
    ["an empty domain", xmlOf({}, [""]), "InvalidArgument"],
    ["11 domains", xmlOf({}, Array(11).fill("a.example")), "InvalidArgument"],
  ])("%s", async (_, body, code) => {
    const cos = await startCos();
    expect(await configure(cos, "PUT", body)).toMatchObject({ status: 400, code });
    expect((await configure(cos, "GET")).body.toString()).not.toContain("Domain");
  });
});

test("a list may have ten domains", async () => {
  const domains = Array.from({ length: 10 }, (_, i) => `${i}.example`);
  expect((await configure(await startCos(), "PUT", xmlOf({}, domains))).status).toBe(200);
});
