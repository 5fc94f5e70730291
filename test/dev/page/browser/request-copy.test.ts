import { execFileSync } from "node:child_process";
import { transformSync } from "esbuild";
import { expect, test } from "vitest";
import { asCurl, asTest } from "../../../../dev/page/browser/request-copy.ts";

const ADDRESS = "http://127.0.0.1:3000";
const CALL = {
  service: "functions",
  method: "GET",
  path: "/put-sign",
  query: "ext=exe",
  status: 400,
  code: "ExtensionNotAllowed",
};

test("copies a function call as a curl command", () => {
  expect(asCurl(CALL, ADDRESS)).toBe(`curl '${ADDRESS}/put-sign?ext=exe'`);
  expect(asCurl({ ...CALL, query: "ext=[1-9999]" }, ADDRESS)).toBe(
    `curl -g '${ADDRESS}/put-sign?ext=[1-9999]'`,
  );
  expect(asCurl({ ...CALL, method: "HEAD" }, ADDRESS)).toBe(`curl --head '${ADDRESS}/put-sign?ext=exe'`);
  expect(asCurl({ ...CALL, method: "DELETE", path: "/objects", query: undefined }, ADDRESS)).toBe(
    `curl -X DELETE '${ADDRESS}/objects'`,
  );
  expect(asCurl({ ...CALL, method: "POST", path: "/multipart", query: undefined }, ADDRESS)).toBe(
    `curl -X POST '${ADDRESS}/multipart' -H 'content-type: application/json' -d '{}'`,
  );
});

test.each(["COS", "STS", "trigger"])(
  "does not copy a request to %s as curl, since its signature is not kept",
  (service) => {
    expect(asCurl({ ...CALL, service }, ADDRESS)).toBeUndefined();
  },
);

test("attack: a query with shell syntax reaches curl unchanged", () => {
  const query = "ext='$(id)'&a=`id`;id\n";
  const command = asCurl({ ...CALL, query }, ADDRESS)?.replace(/^curl/, "printf %s");
  expect(execFileSync("/bin/sh", ["-c", command ?? ""], { encoding: "utf8" })).toBe(
    `${ADDRESS}/put-sign?${query}`,
  );
});

test("copies a function call as a test that makes it", () => {
  const source = asTest(CALL);
  expect(() => transformSync(source, { loader: "ts" })).not.toThrow();
  expect(source).toContain('fetch(emulator.url + "/put-sign?ext=exe")');
  expect(source).toContain("expect(response.status).toBe(400)");
  expect(source).toContain('expect(error.code).toBe("ExtensionNotAllowed")');
});

test("copies any other request as a test of what the emulator saw, whatever its path contains", () => {
  const source = asTest({
    ...CALL,
    service: "COS",
    method: "PUT",
    path: '/a"); process.exit(1); ("',
    status: 403,
  });
  expect(() => transformSync(source, { loader: "ts" })).not.toThrow();
  expect(source).toContain(
    'objectContaining({ service: "COS", method: "PUT", status: 403, code: "ExtensionNotAllowed" })',
  );
  expect(source).not.toMatch(/^\s*process\.exit/m);
});
