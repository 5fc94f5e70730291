import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import type { Policy } from "../../../../packages/cos-emulator/src/cam/policy.ts";
import { listen, stop } from "../../../../packages/cos-emulator/src/cloud/listen.ts";
import { CredentialStore } from "../../../../packages/cos-emulator/src/sts/credential-store.ts";
import type { StsOptions } from "../../../../packages/cos-emulator/src/sts/options.ts";
import { createStsListener } from "../../../../packages/cos-emulator/src/sts/sts-listener.ts";
import { TEST_ACCOUNT } from "../../../support/account.ts";

/** 2026-03-01T00:00:00Z in Unix seconds: the time of every test. */
export const NOW = 1772323200;
export const ROLE_ARN = `qcs::cam::uin/${TEST_ACCOUNT.ownerUin}:roleName/uploader`;
export const RESOURCE = "qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000/a/b.jpg";

export const ANYTHING: Policy = {
  version: "2.0",
  statements: [{ effect: "allow", actions: ["*"], resources: ["*"], conditions: [] }],
};

export const POLICY = {
  version: "2.0",
  statement: [{ effect: "allow", action: ["name/cos:PutObject"], resource: [RESOURCE] }],
};

export interface Sts {
  readonly host: string;
  readonly store: CredentialStore;
  readonly logged: string[];
  close(): Promise<void>;
}

export async function startSts(changes: Partial<StsOptions> = {}): Promise<Sts> {
  const store = new CredentialStore();
  const logged: string[] = [];
  const listener = createStsListener(
    {
      account: TEST_ACCOUNT,
      store,
      clock: () => NOW * 1000,
      roles: new Map([["uploader", ANYTHING]]),
      policyMaxBytes: 4096,
      ...changes,
    },
    (line) => logged.push(line),
  );
  const server = createServer(listener);
  const port = await listen(server, 0);
  return { host: `127.0.0.1:${port}`, store, logged, close: () => stop(server) };
}

export interface Key {
  readonly secretId: string;
  readonly secretKey: string;
}

/**
 * A call in the form that qcloud-cos-sts uses, signed here from the documentation; undefined leaves a parameter out.
 */
export function callV1(
  host: string,
  changes: Record<string, string | undefined>,
  { key = TEST_ACCOUNT, signed = {}, method = "POST" }: V1Options = {},
) {
  const sent = defined({
    Action: "GetFederationToken",
    Version: "2018-08-13",
    Timestamp: String(NOW),
    Nonce: "11886",
    Region: "ap-guangzhou",
    SecretId: key.secretId,
    ...changes,
  });
  const text = Object.entries({ ...sent, ...signed })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  const algorithm = changes["SignatureMethod"] === "HmacSHA256" ? "sha256" : "sha1";
  const signature = createHmac(algorithm, key.secretKey).update(`${method}${host}/?${text}`).digest("base64");
  const form = new URLSearchParams({ Signature: signature, ...sent }).toString();
  if (method === "GET") return send(host, "GET", `/?${form}`, {}, "");
  return send(host, "POST", "/", { "content-type": "application/x-www-form-urlencoded" }, form);
}

function defined(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

interface V1Options {
  readonly key?: Key;
  /** What is signed, if it differs from what is sent: a tampered request. */
  readonly signed?: Record<string, string>;
  readonly method?: "GET" | "POST";
}

/** A TC3-HMAC-SHA256 call, signed here from the documentation. */
export function callTc3(
  host: string,
  action: string,
  parameters: object,
  { key = TEST_ACCOUNT, headers = {}, timestamp = NOW }: Tc3Options = {},
) {
  const body = JSON.stringify(parameters);
  const date = new Date(timestamp * 1000).toISOString().slice(0, 10);
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const hmac = (k: string | Buffer, text: string) => createHmac("sha256", k).update(text).digest();
  const canonical = `POST\n/\n\ncontent-type:application/json\nhost:${host}\n\ncontent-type;host\n${sha256(body)}`;
  const toSign = `TC3-HMAC-SHA256\n${timestamp}\n${date}/sts/tc3_request\n${sha256(canonical)}`;
  const signing = hmac(hmac(hmac(`TC3${key.secretKey}`, date), "sts"), "tc3_request");
  const signature = hmac(signing, toSign).toString("hex");
  return send(
    host,
    "POST",
    "/",
    {
      "content-type": "application/json",
      authorization: `TC3-HMAC-SHA256 Credential=${key.secretId}/${date}/sts/tc3_request, SignedHeaders=content-type;host, Signature=${signature}`,
      "x-tc-action": action,
      "x-tc-version": "2018-08-13",
      "x-tc-timestamp": String(timestamp),
      "x-tc-region": "ap-guangzhou",
      ...headers,
    },
    body,
  );
}

interface Tc3Options {
  readonly key?: Key;
  readonly headers?: Record<string, string>;
  readonly timestamp?: number;
}

export interface Answer {
  readonly status: number;
  /** The `Response` object of the body. */
  readonly response: {
    readonly Credentials?: { Token: string; TmpSecretId: string; TmpSecretKey: string };
    readonly ExpiredTime?: number;
    readonly Expiration?: string;
    readonly Error?: { Code: string; Message: string };
    readonly RequestId: string;
  };
}

export async function send(
  host: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | Buffer,
): Promise<Answer> {
  const request = httpRequest(`http://${host}${path}`, { method, headers });
  request.end(body);
  const [response] = await once(request, "response");
  let text = "";
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, response: JSON.parse(text).Response };
}
