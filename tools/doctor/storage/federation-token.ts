import { createHmac, randomInt } from "node:crypto";
import type { PermanentKey } from "../../../shared/config.ts";
import type { Credential } from "../../../shared/sts/credential.ts";
import type { SessionPolicy } from "../../../shared/sts/session-policy.ts";
import { type HttpAnswer, type Network, send } from "../../lib/network.ts";

/** Where STS is, and the key to ask with. */
export interface KeyedSts {
  readonly key: PermanentKey;
  /** `host[:port]`. */
  readonly endpoint: string;
  readonly region: string;
}

/** What STS answered, and when by its own clock. */
export interface StsAnswer {
  /** Undefined when STS refused. */
  readonly credential: Credential | undefined;
  /** STS's own code and message, when it refused. */
  readonly refusal: { readonly code: string; readonly message: string } | undefined;
  /** The answer's Date in Unix milliseconds; undefined when it has none. */
  readonly date: number | undefined;
}

/**
 * Asks STS as the functions do, which use qcloud-cos-sts for it: GetFederationToken, signed in the API's
 * HmacSHA1 form (https://cloud.tencent.com/document/api/598/33416). The package itself takes no certificate
 * authority, has no time limit and does not show the answer's Date.
 *
 * @param now Unix time in milliseconds
 * @throws NetworkError
 */
export async function getFederationToken(
  { key, endpoint, region }: KeyedSts,
  policy: SessionPolicy,
  durationSeconds: number,
  now: number,
  network: Network,
): Promise<StsAnswer> {
  const parameters: Readonly<Record<string, string | number>> = {
    Action: "GetFederationToken",
    DurationSeconds: durationSeconds,
    Name: "doctor",
    Nonce: randomInt(1, 2 ** 31),
    Policy: encodeURIComponent(JSON.stringify(policy)),
    Region: region,
    SecretId: key.secretId,
    SignatureMethod: "HmacSHA1",
    Timestamp: Math.floor(now / 1000),
    Version: "2018-08-13",
  };
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  const stringToSign = `POST${endpoint}/?${sorted.map(([name, value]) => `${name}=${value}`).join("&")}`;
  const form = new URLSearchParams(sorted.map(([name, value]): [string, string] => [name, String(value)]));
  form.set("Signature", createHmac("sha1", key.secretKey).update(stringToSign).digest("base64"));
  const answer = await send(
    new URL(`https://${endpoint}/`),
    {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: Buffer.from(form.toString()),
    },
    network,
  );
  const date = Date.parse(answer.headers.get("date") ?? "");
  return { ...readAnswer(answer, durationSeconds), date: Number.isNaN(date) ? undefined : date };
}

function readAnswer(
  { status, body }: HttpAnswer,
  durationSeconds: number,
): Pick<StsAnswer, "credential" | "refusal"> {
  const { Response: response } = parseObject(body.toString("utf8"));
  const { Credentials: credentials, ExpiredTime: expiredTime, Error: error } = Object(response);
  const { Token: securityToken, TmpSecretId: tmpSecretId, TmpSecretKey: tmpSecretKey } = Object(credentials);
  if (
    typeof securityToken === "string" &&
    typeof tmpSecretId === "string" &&
    typeof tmpSecretKey === "string" &&
    Number.isSafeInteger(expiredTime)
  ) {
    return {
      credential: {
        securityToken,
        tmpSecretId,
        tmpSecretKey,
        expiredTime,
        startTime: expiredTime - durationSeconds,
      },
      refusal: undefined,
    };
  }
  const { Code: code, Message: message } = Object(error);
  return {
    credential: undefined,
    refusal:
      typeof code === "string"
        ? { code, message: String(message) }
        : { code: `HTTP ${status}`, message: "The answer is not STS's." },
  };
}

function parseObject(text: string): { readonly Response?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
