import { X509Certificate } from "node:crypto";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { findPath } from "../../../packages/tls-check/src/path.ts";
import { rootsOf, type TrustAnchors, trustAnchors } from "../../../packages/tls-check/src/trust-anchors.ts";
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

test("finds a path in any order to a trusted root, which is not part of it", () => {
  const { root, intermediate } = authority;
  const expected = ["test server", "Test Intermediate", "anchor"];
  expect(path([leaf, intermediate])).toEqual(expected);
  expect(path([leaf, root, intermediate])).toEqual(expected);
});

test("reports a gap if an issuer is neither sent nor trusted", () => {
  expect(path([leaf])).toEqual(["test server", "gap"]);
  expect(path([leaf, authority.intermediate], trustAnchors())).toEqual([
    "test server",
    "Test Intermediate",
    "gap",
  ]);
  expect(path([])).toEqual(["gap"]);
});

test("reports a root that is sent but not trusted", () => {
  expect(path([leaf, authority.intermediate, authority.root], trustAnchors())).toEqual([
    "test server",
    "Test Intermediate",
    "Test Root",
    "self-signed",
  ]);
});

test("ignores an issuer of the same name with another key", async () => {
  const impostor = await issue({ name: "Test Intermediate", isAuthority: true });
  expect(path([leaf, impostor])).toEqual(["test server", "gap"]);
});

test("accepts a certificate that is itself trusted", async () => {
  const own = await issue({ name: "own", names: ["a.example.test"] });
  expect(path([own], trustAnchors([own.pem]))).toEqual(["own", "anchor"]);
  expect(path([own])).toEqual(["own", "self-signed"]);
});

test("does not loop on a certificate that is sent three times", async () => {
  const other = await issue({ name: "Other Root", isAuthority: true });
  const crossed = await issue({ name: "Loop", issuer: other, isAuthority: true });
  expect(path([crossed, crossed, crossed])).toEqual(["Loop", "gap"]);
});

test("roots are the self-signed certificates; unreadable ones are left out", () => {
  const { root, intermediate } = authority;
  const damaged = root.pem.replace(/\n.{20}/, "\nAAAAAAAAAAAAAAAAAAAA");
  expect(rootsOf(intermediate.pem + damaged + root.pem)).toEqual([root.pem.trim()]);
});

/** Two names that have issued each other, each with several certificates, so that every order of them is a path. */
async function crossSigned(names: readonly [number, number]) {
  const [a, b] = [
    await issue({ name: "A", isAuthority: true }),
    await issue({ name: "B", isAuthority: true }),
  ];
  const several = (count: number, subject: Issued, issuer: Issued) =>
    Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const name = subject.subject.replace("CN=", "");
        return issue({ name, issuer, isAuthority: true, keys: subject.keys, toDays: 100 + i });
      }),
    );
  const leaf = await issue({ name: "leaf", issuer: a, names: ["a.example.test"] });
  return { a, b, leaf, others: [...(await several(names[0], a, b)), ...(await several(names[1], b, a))] };
}

function countSignatures(): () => number {
  const spy = vi.spyOn(X509Certificate.prototype, "verify");
  onTestFinished(() => spy.mockRestore());
  return () => spy.mock.calls.length;
}

test("attack: ten certificates that have issued each other cost one signature check each", async () => {
  const { leaf, others } = await crossSigned([5, 4]);
  const signatures = countSignatures();
  expect(path([leaf, ...others]).at(-1)).toBe("gap");
  expect(signatures()).toBe(9);
});

test("attack: ten of one name, each issued by the one tried last, exhaust the signature checks, and the result says so", async () => {
  const chain = [await issue({ name: "X", isAuthority: true })];
  for (let i = 0; i < 10; i += 1) {
    const [issuer] = chain;
    chain.unshift(await issue({ name: "X", isAuthority: true, toDays: 200 - i, ...(issuer && { issuer }) }));
  }
  const sent = chain.slice(0, 10).map(({ pem }) => new X509Certificate(pem));
  const signatures = countSignatures();
  expect(findPath(sent, trusting).end).toBe("given-up");
  // In addition, each certificate is checked with its own key, as it may be a root.
  expect(signatures()).toBeLessThanOrEqual(30 + sent.length);
});

test("tries a few of them completely", async () => {
  const { leaf, others } = await crossSigned([2, 2]);
  expect(path([leaf, ...others])).toEqual(["leaf", "A", "B", "A", "B", "gap"]);
});

test("finds a trusted root after certificates that have issued each other", async () => {
  const { a, leaf, others } = await crossSigned([2, 2]);
  expect(path([leaf, ...others], trustAnchors([a.pem]))).toEqual(["leaf", "anchor"]);
});

test("the longest supported chain stays within the limit of signature checks", async () => {
  const chain = [await issue({ name: "0", isAuthority: true })];
  for (let i = 1; i < 11; i += 1) {
    const [issuer] = chain;
    chain.unshift(await issue({ name: String(i), isAuthority: true, ...(issuer && { issuer }) }));
  }
  const root = chain.pop();
  expect(path(chain, trustAnchors(root ? [root.pem] : [])).at(-1)).toBe("anchor");
});
