import {
  blocked,
  type Claim,
  type Finding,
  fail,
  pass,
  warn,
} from "../../../packages/tls-check/src/index.ts";
import type { SessionPolicy } from "../../../shared/sts/session-policy.ts";
import { type Network, NetworkError } from "../../lib/network.ts";
import { getFederationToken, type KeyedSts, type StsAnswer } from "./federation-token.ts";

/** How far this machine's clock may be off before it is spoken of, and before STS refuses what it signs. */
const CLOCK_WARN_SECONDS = 30;
const CLOCK_FAIL_SECONDS = 300;

export const STS_CLAIM: Claim = { id: "sts.answers", title: "STS gives a temporary credential" };
export const CLOCK_CLAIM: Claim = { id: "sts.clock", title: "this machine's clock agrees with STS's" };

export interface StsReport {
  readonly findings: readonly Finding[];
  readonly answer: StsAnswer | undefined;
}

/** Asks STS once, for a credential with this policy. */
export async function checkSts(
  sts: KeyedSts,
  policy: SessionPolicy,
  seconds: number,
  clock: () => number,
  network: Network,
): Promise<StsReport> {
  try {
    const before = clock();
    const answer = await getFederationToken(sts, policy, seconds, before, network);
    const local = (before + clock()) / 2;
    return { findings: [clockFinding(answer.date, local), answerFinding(answer)], answer };
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return {
      findings: [
        blocked(CLOCK_CLAIM, "STS did not answer."),
        unreachableFinding(error, sts.endpoint, network),
      ],
      answer: undefined,
    };
  }
}

/** A Date is cut off to whole seconds: on average it is half a second old. */
function clockFinding(date: number | undefined, local: number): Finding {
  if (date === undefined) return blocked(CLOCK_CLAIM, "STS's answer has no Date.");
  const seconds = Math.round((local - date - 500) / 1000);
  const off = `It is ${Math.abs(seconds)} s ${seconds < 0 ? "behind" : "ahead"}`;
  const fix = "Set the clock by NTP (timedatectl set-ntp true).";
  if (Math.abs(seconds) >= CLOCK_FAIL_SECONDS) {
    return fail(CLOCK_CLAIM, `${off}; STS refuses requests that are 5 minutes off.`, fix);
  }
  if (Math.abs(seconds) >= CLOCK_WARN_SECONDS) return warn(CLOCK_CLAIM, `${off}.`, fix);
  return pass(CLOCK_CLAIM, `${off}.`);
}

/** STS's codes (https://cloud.tencent.com/document/api/1312/48195, and the common ones) and what mends each. */
const STS_FIXES: readonly (readonly [RegExp, string])[] = [
  [
    /^AuthFailure\.SecretIdNotFound/,
    "COS_SECRET_ID is no key, or a deleted or disabled one: see CAM, API keys.",
  ],
  [/^AuthFailure\.SignatureFailure/, "COS_SECRET_KEY does not belong to COS_SECRET_ID: copy both again."],
  [/^AuthFailure\.SignatureExpire/, "Set this machine's clock by NTP."],
  [
    /^AuthFailure\.TokenFailure|AccessKeyNotSupport/,
    "Use a sub-account's permanent key; STS gives nothing for a temporary one.",
  ],
  [
    /^(UnauthorizedOperation|AuthFailure\.UnauthorizedOperation)/,
    "Allow the sub-account name/sts:GetFederationToken in CAM.",
  ],
  [
    /GrantOtherResource/,
    "The bucket belongs to another account than the key: see the app id at the end of COS_BUCKET.",
  ],
  [/^(RequestLimitExceeded|InvalidParameter\.OverLimit)/, "Try again in a moment."],
];

function answerFinding({ credential, refusal }: StsAnswer): Finding {
  if (credential !== undefined) return pass(STS_CLAIM);
  const code = refusal?.code ?? "";
  const fix = STS_FIXES.find(([form]) => form.test(code))?.[1] ?? "Look the code up in STS's documentation.";
  const detail = `${code}: ${refusal?.message ?? ""}`;
  return /^(RequestLimitExceeded|InternalError|InvalidParameter\.OverLimit|HTTP )/.test(code)
    ? blocked(STS_CLAIM, detail, fix)
    : fail(STS_CLAIM, detail, fix);
}

function unreachableFinding({ code, message }: NetworkError, endpoint: string, network: Network): Finding {
  if (/CERT|SIGNATURE|ALTNAME|ISSUER/.test(code)) {
    return fail(
      STS_CLAIM,
      `The certificate of ${endpoint} is not trusted (${code}).`,
      "For the emulator, name its root: --ca .emulator/tls/ca.pem. Else something stands between here and STS.",
    );
  }
  const fix = endpoint.includes(".internal.")
    ? `${endpoint} answers inside Tencent's network only; run the doctor there, or with STS_ENDPOINT=sts.tencentcloudapi.com.`
    : "See whether this machine reaches it, and whether STS_ENDPOINT is right.";
  return blocked(STS_CLAIM, `${endpoint}, within ${network.timeoutMs / 1000} s: ${message}.`, fix);
}
