import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BucketSettings } from "../../../../packages/cos-emulator/src/cos/store/bucket-settings.ts";
import { type Answer, signedHeaders, startCos, type TestCos } from "./support.ts";

const RULE = rule("ENABLED", "files.example.com", "REST");

function rule(status: string, name: string, type: string): string {
  return `<DomainRule><Status>${status}</Status><Name>${name}</Name><Type>${type}</Type></DomainRule>`;
}

function configuration(rules: string): string {
  return `<DomainConfiguration>${rules}</DomainConfiguration>`;
}

function ask(cos: TestCos, method: "GET" | "PUT" | "DELETE", body?: string): Promise<Answer> {
  const headers = signedHeaders({ method, key: "", query: { domain: "" }, headers: { host: cos.host } });
  return cos.send({ method, path: "/?domain", headers, ...(body !== undefined && { body }) });
}

test("without a domain: 404", async () => {
  expect(await ask(await startCos(), "GET")).toMatchObject({
    status: 404,
    code: "NoSuchDomainConfiguration",
  });
});

test("domains survive a restart, and a PUT replaces them all", async () => {
  const file = join((await startCos()).directory, "bucket.json");
  const cos = await startCos({ settings: await BucketSettings.open(file) });
  const more = rule("DISABLED", "www.example.com", "WEBSITE");
  expect((await ask(cos, "PUT", configuration(RULE + more))).status).toBe(200);
  const again = await startCos({ settings: await BucketSettings.open(file) });
  expect((await ask(again, "GET")).body.toString()).toContain(configuration(RULE + more));
  await ask(again, "PUT", configuration(more));
  expect((await ask(again, "GET")).body.toString()).toContain(configuration(more));
  expect((await ask(again, "DELETE")).status).toBe(204);
  expect((await ask(again, "GET")).status).toBe(404);
});

test("a name is returned as it was put, and leads to the bucket in upper or lower case", async () => {
  const cos = await startCos();
  const domains = configuration(rule("ENABLED", "Files.Example.com", "REST"));
  await ask(cos, "PUT", domains);
  expect((await ask(cos, "GET")).body.toString()).toContain(domains);
  const headers = signedHeaders({ method: "PUT", key: "a", headers: { host: "FILES.example.com" } });
  expect((await cos.send({ method: "PUT", path: "/a", headers, body: "x" })).status).toBe(200);
  const twice = configuration(
    rule("ENABLED", "a.example.com", "REST") + rule("ENABLED", "A.example.com", "REST"),
  );
  expect(await ask(cos, "PUT", twice)).toMatchObject({ status: 400, code: "InvalidArgument" });
});

test("an enabled domain leads to the bucket, a disabled one does not", async () => {
  const cos = await startCos();
  await ask(cos, "PUT", configuration(RULE + rule("DISABLED", "off.example.com", "REST")));
  const put = (host: string) =>
    cos.send({
      method: "PUT",
      path: "/a",
      headers: signedHeaders({ method: "PUT", key: "a", headers: { host } }),
      body: "x",
    });
  expect((await put("files.example.com")).status).toBe(200);
  expect(await put("off.example.com")).toMatchObject({ status: 404, code: "NoSuchBucket" });
});

test("accepts twenty domains", async () => {
  expect((await ask(await startCos(), "PUT", configuration(rules(20)))).status).toBe(200);
});

describe("refused, and nothing changes:", () => {
  test.each([
    ["not XML", "{}", "MalformedXML"],
    ["another root", "<Domains></Domains>", "MalformedXML"],
    ["no rules", "<DomainConfiguration></DomainConfiguration>", "MalformedXML"],
    ["a document type", `<!DOCTYPE x [<!ENTITY e "x">]>${configuration(RULE)}`, "MalformedXML"],
    ["an unknown Status", configuration(rule("ON", "files.example.com", "REST")), "InvalidArgument"],
    ["an unknown Type", configuration(rule("ENABLED", "files.example.com", "CDN")), "InvalidArgument"],
    ["an invalid Name", configuration(rule("ENABLED", "https://x", "REST")), "InvalidArgument"],
    ["a Name twice", configuration(RULE + RULE), "InvalidArgument"],
    ["21 domains", configuration(rules(21)), "InvalidArgument"],
  ])("%s", async (_, body, code) => {
    const cos = await startCos();
    expect(await ask(cos, "PUT", body)).toMatchObject({ status: 400, code });
    expect((await ask(cos, "GET")).status).toBe(404);
  });

  test.each(["GET", "PUT", "DELETE"] as const)("%s without a signature", async (method) => {
    const cos = await startCos();
    const body = method === "PUT" ? { body: configuration(RULE) } : {};
    expect((await cos.send({ method, path: "/?domain", ...body })).code).toBe("AccessDenied");
  });
});

function rules(count: number): string {
  return Array.from({ length: count }, (_, i) => rule("ENABLED", `d${i}.example.com`, "REST")).join("");
}
