import { describe, expect, test } from "vitest";
import { isLoopback, label, parseEndpoint } from "../../../packages/tls-check/src/endpoint.ts";

test.each([
  ["Example.COM", { host: "example.com", port: 443 }],
  ["example.com:8443", { host: "example.com", port: 8443 }],
  ["https://example.com/put-sign?ext=jpg", { host: "example.com", port: 443 }],
  ["https://example.com:443/", { host: "example.com", port: 443 }],
  ["127.0.0.1:9000", { host: "127.0.0.1", port: 9000 }],
  ["[::1]:9000", { host: "::1", port: 9000 }],
])("%s", (text, endpoint) => {
  expect(parseEndpoint(text)).toEqual(endpoint);
});

describe("refuses", () => {
  test.each([
    "",
    "http://example.com",
    "example.com/path",
    "example.com:0",
    "example.com:65536",
    "user@example.com",
    "exa mple.com",
    "-example.com",
    "[example.com]",
    "::1",
  ])("%s", (text) => {
    expect(parseEndpoint(text)).toBeUndefined();
  });
});

test("the label leaves out the default port of HTTPS", () => {
  expect(label({ host: "example.com", port: 443 })).toBe("example.com");
  expect(label({ host: "::1", port: 8443 })).toBe("[::1]:8443");
});

test("recognizes loopback", () => {
  expect(["127.0.0.1", "127.8.8.8", "::1", "localhost", "a.localhost"].every(isLoopback)).toBe(true);
  expect(["128.0.0.1", "example.com", "localhost.example.com", "127.example.com"].some(isLoopback)).toBe(
    false,
  );
});
