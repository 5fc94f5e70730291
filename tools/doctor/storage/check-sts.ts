import "../../lib/axios-sender.ts";
import {
  blocked,
  type Claim,
  type Finding,
  fail,
  pass,
  warn,
} from "../../../packages/tls-check/src/index.ts";
import type { PermanentKey } from "../../../shared/config.ts";
import type { Credential } from "../../../shared/sts/credential.ts";
import { apiError, BadAnswer } from "../../../shared/sts/errors.ts";
import { federationToken, type StsAddress } from "../../../shared/sts/federation-token.ts";
import type { SessionPolicy } from "../../../shared/sts/session-policy.ts";
import { type StsRequest, sender } from "../../../shared/sts/transport.ts";
import { type Network, NetworkError, send } from "../../lib/network.ts";
import { wrongAddressFinding } from "../reach/wrong-address.ts";

/** How far this machine's clock may be off before a warning is given, and before STS refuses its signatures. */
const CLOCK_WARN_SECONDS = 30;
const CLOCK_FAIL_SECONDS = 300;

export const STS_CLAIM: Claim = { id: "sts.answers", title: "STS issues a temporary credential" };
export const CLOCK_CLAIM: Claim = { id: "sts.clock", title: "this machine's clock agrees with STS's" };

/** The address of STS, and the key to call it with. */
export interface KeyedSts extends StsAddress {
  readonly key: PermanentKey;
}

export interface StsReport {
  readonly findings: readonly Finding[];
  /** Undefined when STS issued none. */
  readonly credential: Credential | undefined;
}

/** Requests one credential with this policy from STS, with the functions' own code, but over `network`. */
export async function checkSts(
  sts: KeyedSts,
  policy: SessionPolicy,
  seconds: number,
  clock: () => number,
  network: Network,
): Promise<StsReport> {
  const address = `https://${sts.endpoint}/`;
  let clockFinding = blocked(CLOCK_CLAIM, "STS did not answer.");
  const post = async ({ method, headers, body }: StsRequest) => {
    const before = clock();
    const answer = await send(new URL(address), { method, headers, body: Buffer.from(body) }, network);
    clockFinding = judgeClock(Date.parse(answer.headers.get("date") ?? ""), (before + clock()) / 2);
    return { status: answer.status, text: answer.body.toString("utf8") };
  };
  try {
    const credential = await federationToken(sts.key, sts, policy, seconds, sender(post));
    return { findings: [clockFinding, pass(STS_CLAIM)], credential };
  } catch (error) {
    return { findings: [clockFinding, refusalFinding(error, sts.endpoint, network)], credential: undefined };
  }
}

/**
 * Compares the clocks. A Date is truncated to whole seconds, so on average it is half a second old.
 *
 * @param date Unix milliseconds; NaN when the answer has none
 */
function judgeClock(date: number, local: number): Finding {
  if (Number.isNaN(date)) return blocked(CLOCK_CLAIM, "STS's answer has no Date.");
  const seconds = Math.round((local - date - 500) / 1000);
  const off = `It is ${Math.abs(seconds)} s ${seconds < 0 ? "behind" : "ahead"}`;
  const fix = "Synchronize the clock (timedatectl set-ntp true).";
  if (Math.abs(seconds) >= CLOCK_FAIL_SECONDS) {
    return fail(CLOCK_CLAIM, `${off}; STS refuses requests that are off by 5 minutes.`, fix);
  }
  if (Math.abs(seconds) >= CLOCK_WARN_SECONDS) return warn(CLOCK_CLAIM, `${off}.`, fix);
  return pass(CLOCK_CLAIM, `${off}.`);
}

/** STS's codes (https://cloud.tencent.com/document/api/1312/48195, and the common ones) and how to fix each. */
const STS_FIXES: readonly (readonly [RegExp, string])[] = [
  [
    /^AuthFailure\.(?:SecretIdNotFound|InvalidSecretId)/,
    "COS_SECRET_ID is not a key, or is deleted or disabled: see CAM, API keys.",
  ],
  [/^AuthFailure\.SignatureFailure/, "COS_SECRET_KEY does not belong to COS_SECRET_ID: copy both again."],
  [/^AuthFailure\.SignatureExpire/, "Synchronize this machine's clock (NTP)."],
  [
    /^AuthFailure\.TokenFailure|AccessKeyNotSupport/,
    "Use a sub-account's permanent key; STS does not accept a temporary one.",
  ],
  [
    /^(UnauthorizedOperation|AuthFailure\.UnauthorizedOperation)/,
    "Allow the sub-account name/sts:GetFederationToken in CAM.",
  ],
  [
    /GrantOtherResource/,
    "The bucket and the key belong to different accounts: see the APPID at the end of COS_BUCKET.",
  ],
  [
    /^IpInBlacklist|^IpNotInWhitelist/,
    "The account does not accept calls from this address: look at its lists of IP addresses.",
  ],
  [
    /AccountNotAvaliable/,
    "The key's account is not available, such as when it is in arrears: see the console.",
  ],
  [/^(RequestLimitExceeded|InvalidParameter\.OverLimit|HTTP (?:5|408|429))/, "Try again in a moment."],
  [/^HTTP /, "Correct STS_ENDPOINT, or leave it out."],
];

function refusalFinding(error: unknown, endpoint: string, network: Network): Finding {
  if (error instanceof NetworkError) return unreachableFinding(error, endpoint, network);
  const { code, message } = apiError(error) ?? {
    code: `HTTP ${statusOf(error)}`,
    message: `The answer of ${endpoint} is not STS's.`,
  };
  const fix = STS_FIXES.find(([form]) => form.test(code))?.[1] ?? "Look up the code in STS's documentation.";
  const detail = `${code}: ${message}`;
  return /^(RequestLimitExceeded|InternalError|InvalidParameter\.OverLimit|HTTP (?:5|408|429))/.test(code)
    ? blocked(STS_CLAIM, detail, fix)
    : fail(STS_CLAIM, detail, fix);
}

/** The status of an answer that is not STS's. A TypeError means status 200 without a credential. */
function statusOf(error: unknown): number {
  if (error instanceof BadAnswer) return error.status;
  if (error instanceof TypeError) return 200;
  throw error;
}

function unreachableFinding({ code, message }: NetworkError, endpoint: string, network: Network): Finding {
  if (/CERT|SIGNATURE|ALTNAME|ISSUER/.test(code)) {
    return fail(
      STS_CLAIM,
      `The certificate of ${endpoint} is not trusted (${code}).`,
      "For the emulator, name its root with --ca .emulator/tls/ca.pem. Otherwise something intercepts the connection to STS.",
    );
  }
  const isInternal = endpoint.includes(".internal.");
  const wrong = isInternal
    ? undefined
    : wrongAddressFinding(STS_CLAIM, code, { host: endpoint, variable: "STS_ENDPOINT", mayBePrivate: false });
  if (wrong !== undefined) return wrong;
  const fix = isInternal
    ? `${endpoint} answers only inside Tencent's network; run doctor there, or with STS_ENDPOINT=sts.tencentcloudapi.com.`
    : "Check that this machine can reach it and that STS_ENDPOINT is right.";
  return blocked(STS_CLAIM, `${endpoint}, within ${network.timeoutMs / 1000} s: ${message}.`, fix);
}
