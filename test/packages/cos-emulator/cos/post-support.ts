import { createHash, createHmac } from "node:crypto";
import { EMULATED_BUCKET } from "../../../../packages/cos-emulator/src/cloud/account.ts";
import type { TemporaryCredential } from "../../../../packages/cos-emulator/src/sts/credential-store.ts";
import { TEST_ACCOUNT } from "../../../support/account.ts";
import { type Answer, KEY_TIME, START_SECONDS, type TestCos } from "./support.ts";

export const BOUNDARY = "----TestBoundary7MA4YWxk";

export type Field = readonly [name: string, value: string];

export interface FormOptions {
  readonly key: string;
  readonly credential?: TemporaryCredential;
  /** In addition to the three that every policy must have. */
  readonly conditions?: readonly unknown[];
  /** In addition to key, policy and signature. */
  readonly fields?: readonly Field[];
  /** Seconds after START_SECONDS. */
  readonly expiresIn?: number;
  readonly keyTime?: string;
}

/** The policy that an upload page or function would write. */
export function policyFor(options: FormOptions): object {
  const keyTime = options.keyTime ?? KEY_TIME;
  return {
    expiration: new Date((START_SECONDS + (options.expiresIn ?? 840)) * 1000).toISOString(),
    conditions: [
      { "q-sign-algorithm": "sha1" },
      { "q-ak": options.credential?.tmpSecretId ?? TEST_ACCOUNT.secretId },
      { "q-sign-time": keyTime },
      ...(options.conditions ?? [{ bucket: EMULATED_BUCKET.name }, { key: options.key }]),
    ],
  };
}

/** A form's fields before its file, with this exact policy text signed. */
export function fieldsFor(options: FormOptions, policyText = JSON.stringify(policyFor(options))): Field[] {
  const { credential } = options;
  const keyTime = options.keyTime ?? KEY_TIME;
  const hmac = (key: string, text: string) => createHmac("sha1", key).update(text).digest("hex");
  const signKey = hmac(credential?.tmpSecretKey ?? TEST_ACCOUNT.secretKey, keyTime);
  return [
    ["key", options.key],
    ...(options.fields ?? []),
    ["policy", Buffer.from(policyText).toString("base64")],
    ["q-sign-algorithm", "sha1"],
    ["q-ak", credential?.tmpSecretId ?? TEST_ACCOUNT.secretId],
    ["q-key-time", keyTime],
    ["q-signature", hmac(signKey, createHash("sha1").update(policyText).digest("hex"))],
    ...(credential === undefined ? [] : [["x-cos-security-token", credential.token] as const]),
  ];
}

export function fieldPart([name, value]: Field): Buffer {
  return Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
}

export function filePart(content: Buffer | string, filename = "photo.jpg", name = "file"): Buffer {
  return Buffer.concat([
    Buffer.from(
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"; filename="${filename}"\r\ncontent-type: image/jpeg\r\n\r\n`,
    ),
    Buffer.from(content),
    Buffer.from("\r\n"),
  ]);
}

export const END = Buffer.from(`--${BOUNDARY}--\r\n`);

export function postBody(cos: TestCos, body: Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  return cos.send({
    method: "POST",
    path: "/",
    headers: { "content-type": `multipart/form-data; boundary=${BOUNDARY}`, ...headers },
    body,
  });
}

export const FILE = Buffer.from("the bytes of a photo");

/** Sends the fields, then the file. */
export function postForm(
  cos: TestCos,
  fields: readonly Field[],
  file: Buffer | string = FILE,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return postBody(cos, Buffer.concat([...fields.map(fieldPart), filePart(file), END]), headers);
}

/** The same fields with one changed, or left out if the value is undefined. */
export function withField(fields: readonly Field[], name: string, value: string | undefined): Field[] {
  if (value === undefined) return fields.filter(([given]) => given !== name);
  return fields.map((field): Field => (field[0] === name ? [name, value] : field));
}
