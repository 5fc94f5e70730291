import { X509Certificate } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { findPath } from "../../../shared/tls/path.ts";
import { rootsOf, type TrustAnchors, trustAnchors } from "../../../shared/tls/trust-anchors.ts";
import { type Issued, issue, testAuthority } from "../../support/certificates.ts";

let authority: Awaited<ReturnType<typeof testAuthority>>;
let leaf: Issued;
let trusting: TrustAnchors;
beforeAll(async () => {
  authority = await testAuthority();
  leaf = await authority.server({ names: ["a.example.test"] });
  trusting = trustAnchors([authority.root.pem]);
});

function path(sent: readonly Issued[], anchors: TrustAnchors = trusting) {
  const { certificates, end } = findPath(
    sent.map(({ pem }) => new X509Certificate(pem)),
    anchors,
  );
  return [...certificates.map(({ subject }) => subject.replace("CN=", "")), end];
}

test("in any order, to a trusted root, which is not part of it", () => {
  const { root, intermediate } = authority;
  const expected = ["test server", "Test Intermediate", "anchor"];
  expect(path([leaf, intermediate])).toEqual(expected);
  expect(path([leaf, root, intermediate])).toEqual(expected);
});

test("a gap where an issuer is neither sent nor trusted", () => {
  expect(path([leaf])).toEqual(["test server", "gap"]);
  expect(path([leaf, authority.intermediate], trustAnchors())).toEqual([
    "test server",
    "Test Intermediate",
    "gap",
  ]);
  expect(path([])).toEqual(["gap"]);
});

test("a root that is sent and not trusted", () => {
  expect(path([leaf, authority.intermediate, authority.root], trustAnchors())).toEqual([
    "test server",
    "Test Intermediate",
    "Test Root",
    "self-signed",
  ]);
});

test("an issuer of the same name with another key does not count", async () => {
  const impostor = await issue({ name: "Test Intermediate", isAuthority: true });
  expect(path([leaf, impostor])).toEqual(["test server", "gap"]);
});

test("a certificate that is itself trusted", async () => {
  const own = await issue({ name: "own", names: ["a.example.test"] });
  expect(path([own], trustAnchors([own.pem]))).toEqual(["own", "anchor"]);
  expect(path([own])).toEqual(["own", "self-signed"]);
});

test("a certificate that is sent three times does not go round in circles", async () => {
  const other = await issue({ name: "Other Root", isAuthority: true });
  const crossed = await issue({ name: "Loop", issuer: other, isAuthority: true });
  expect(path([crossed, crossed, crossed])).toEqual(["Loop", "gap"]);
});

test("roots are the self-signed ones; what cannot be read is left out", () => {
  const { root, intermediate } = authority;
  const damaged = root.pem.replace(/\n.{20}/, "\nAAAAAAAAAAAAAAAAAAAA");
  expect(rootsOf(intermediate.pem + damaged + root.pem)).toEqual([root.pem.trim()]);
});
