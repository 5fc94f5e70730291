import { readFileSync } from "node:fs";
import cosUtil from "cos-nodejs-sdk-v5/sdk/util.js";
import { describe, expect, test } from "vitest";
import type { Pair } from "../../../../packages/cos-emulator/src/cos/http/query.ts";
import { Query } from "../../../../packages/cos-emulator/src/cos/http/query.ts";
import { verifyAuthorization } from "../../../../packages/cos-emulator/src/cos/signature/authenticate.ts";
import { parseAuthorization } from "../../../../packages/cos-emulator/src/cos/signature/authorization.ts";
import {
  httpString,
  sha1Hex,
  signature,
  signedName,
  signKey,
  stringToSign,
} from "../../../../packages/cos-emulator/src/cos/signature/http-string.ts";
import { CredentialStore } from "../../../../packages/cos-emulator/src/sts/credential-store.ts";

interface Vector {
  readonly name: string;
  readonly secretId: string;
  readonly secretKey: string;
  readonly keyTime: string;
  readonly method: string;
  readonly key: string;
  readonly query: readonly Pair[];
  readonly headers: readonly Pair[];
  readonly httpString: string;
  readonly stringToSign: string;
  readonly signKey: string;
  readonly signature: string;
}

function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../vectors/${name}`, import.meta.url), "utf8"));
}

const vectors = readVectors<Vector[]>("request-signatures.json");
const post = readVectors<
  Pick<Vector, "secretKey" | "keyTime" | "signKey" | "stringToSign" | "signature"> & { policy: string }
>("post-policy.json");

/** Gives the verifier exactly the request of a vector, at a time within its KeyTime. */
function verify(vector: Vector, authorization: string): string {
  const headers = new Map(vector.headers.map(([name, value]) => [name.toLowerCase(), value]));
  const caller = verifyAuthorization(
    {
      account: { ownerUin: "1", appId: "1250000000", secretId: vector.secretId, secretKey: vector.secretKey },
      credentials: new CredentialStore(),
      clock: () => Number(vector.keyTime.split(";")[0]) * 1000,
      leniency: { policy: undefined, time: undefined },
    },
    { method: vector.method, path: `/${vector.key}`, headers, query: new Query(vector.query) },
    parseAuthorization(authorization),
    undefined,
  );
  return caller.kind;
}

function authorizationOf(vector: Vector): string {
  const list = (pairs: readonly Pair[]) =>
    pairs
      .map(([name]) => signedName(name))
      .sort()
      .join(";");
  return [
    "q-sign-algorithm=sha1",
    `q-ak=${vector.secretId}`,
    `q-sign-time=${vector.keyTime}`,
    `q-key-time=${vector.keyTime}`,
    `q-header-list=${list(vector.headers)}`,
    `q-url-param-list=${list(vector.query)}`,
    `q-signature=${vector.signature}`,
  ].join("&");
}

describe.each(vectors)("$name", (vector) => {
  test("HttpString", () => {
    const { method, key, query, headers } = vector;
    expect(httpString({ method, path: `/${key}`, params: query, headers })).toBe(vector.httpString);
  });

  test("StringToSign", () => {
    expect(stringToSign(vector.keyTime, vector.httpString)).toBe(vector.stringToSign);
  });

  test("SignKey", () => {
    expect(signKey(vector.secretKey, vector.keyTime)).toBe(vector.signKey);
  });

  test("Signature", () => {
    expect(signature(vector.signKey, vector.stringToSign)).toBe(vector.signature);
  });

  test("the verifier accepts it", () => {
    expect(verify(vector, authorizationOf(vector))).toBe("account");
  });

  test("the verifier refuses it with one digit changed", () => {
    const last = vector.signature.at(-1) === "0" ? "1" : "0";
    const changed = { ...vector, signature: vector.signature.slice(0, -1) + last };
    expect(() => verify(vector, authorizationOf(changed))).toThrow(
      expect.objectContaining({
        code: "SignatureDoesNotMatch",
        elements: { StringToSign: vector.stringToSign, FormatString: vector.httpString },
      }),
    );
  });
});

test("the values of a repeated parameter are sorted, as the official Go SDK sorts them", () => {
  const params: Pair[] = [
    ["x", "b"],
    ["X", "a"],
  ];
  expect(httpString({ method: "GET", path: "/", params, headers: [] })).toBe("get\n/\nx=a&x=b\n\n");
});

describe("the documentation's POST policy (436/14690)", () => {
  const text = Buffer.from(post.policy, "base64");

  test("SignKey", () => expect(signKey(post.secretKey, post.keyTime)).toBe(post.signKey));
  test("StringToSign", () => expect(sha1Hex(text)).toBe(post.stringToSign));
  test("Signature", () => expect(signature(post.signKey, post.stringToSign)).toBe(post.signature));
});

const HOST = "uploads-1250000000.cos.ap-guangzhou.myqcloud.com";

describe("the verifier accepts what the official SDK signs:", () => {
  test.each([
    ["Chinese", { key: "目录/照片 图.png" }],
    ["spaces and plus signs", { key: "a b+c/d  e.jpg" }],
    ["!'()*", { key: "it's (a) *star*!.jpg" }],
    ["percent signs", { key: "100%/%2F%E4.jpg" }],
    ["~-_.", { key: "~a-b_c.d" }],
    ["an emoji", { key: "😀.png" }],
    ["empty and valued parameters", { key: "a", query: { acl: "", "max-keys": "0", prefix: "图 1+2" } }],
    [
      "parameter names that need encoding",
      { key: "a", query: { "imageMogr2/thumbnail/!50p": "", "X Y": "*" } },
    ],
    ["header values that need encoding", { key: "a", headers: { "x-cos-meta-Note": "é 'x' (y) 50%+1" } }],
  ])("%s", (_, { key, query = {}, headers = {} }: { key: string; query?: object; headers?: object }) => {
    const vector = {
      secretId: "AKIDtest",
      secretKey: "secret",
      keyTime: "1700000000;1700000900",
      method: "GET",
      key,
      query: Object.entries(query),
      headers: Object.entries({ host: HOST, ...headers }),
    };
    const signed = cosUtil.getAuth({
      SecretId: vector.secretId,
      SecretKey: vector.secretKey,
      Method: vector.method,
      Key: key,
      Query: { ...query },
      Headers: { host: HOST, ...headers },
      KeyTime: vector.keyTime,
    });
    expect(
      verify({ name: "", httpString: "", stringToSign: "", signKey: "", signature: "", ...vector }, signed),
    ).toBe("account");
  });
});
