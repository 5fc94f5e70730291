import { CHECK_OF_NOBODY } from "../../../deploy/settings-together.ts";
import { type Claim, type Finding, fail, pass, skip, warn } from "../../../packages/tls-check/src/index.ts";
import { readAuditToken } from "../../../shared/check/audit.ts";
import type { Environment } from "../../../shared/config.ts";
import { ConfigurationError } from "../../../shared/errors.ts";
import type { Rules } from "../../../shared/object/rule.ts";
import { type PushConfig, readMediaCheck, readPush, readWeChat } from "../../../shared/wechat/config.ts";
import { readOwnKey } from "./own-key.ts";

/** The settings for checking files. */
export interface MediaCheckSettings {
  readonly isOn: boolean;
  /** Undefined when it is neither set nor needed. */
  readonly push: PushConfig | undefined;
}

/** @throws ConfigurationError naming the variable that is missing or malformed */
export function readMediaCheckSettings(env: Environment): MediaCheckSettings {
  const isOn = readMediaCheck(env);
  readAuditToken(env);
  if (isOn) readWeChat(env);
  const push = isOn || env["WX_PUSH_TOKEN"] !== undefined ? readPush(env) : undefined;
  if (isOn) readLoginsKey(env);
  return { isOn, push };
}

/** login stores users' openids; where it is not deployed, whoever logs users in does. */
function readLoginsKey(env: Environment): void {
  if (env["JWT_JWKS_URL"] !== undefined || readOwnKey("LOGIN", env).isSet) return;
  throw new ConfigurationError(
    "LOGIN_SECRET_ID is not set, nor is LOGIN_ROLE_ARN; with MEDIA_CHECK, login stores users' openids with it.",
  );
}

/** Whether files can pass the checks that these settings and rules require. */
export function mediaCheckFinding(
  { isOn, push }: MediaCheckSettings,
  env: Environment,
  rules: Rules,
  claim: Claim,
): Finding {
  const waiting = rules.all.filter(({ check }) => check === "before").map(({ name }) => name);
  if (!isOn) {
    if (waiting.length === 0)
      return skip(claim, "MEDIA_CHECK is not set: neither images nor audio are checked.");
    return warn(
      claim,
      `${waiting.length === 1 ? "The rule" : "The rules"} ${waiting.join(", ")} ${waiting.length === 1 ? "has" : "have"} check: "before", but MEDIA_CHECK is not set: only onUploaded, or COS's own audit, can accept their files.`,
      "Set MEDIA_CHECK=wechat, or check the files in shared/life/on-uploaded.ts.",
    );
  }
  if (env["UPLOAD_AUTH"] === "none") {
    return fail(
      claim,
      CHECK_OF_NOBODY,
      "Leave UPLOAD_AUTH out (jwt), and let users log in through the function login.",
    );
  }
  if (push?.aesKey === undefined) {
    return warn(
      claim,
      "WX_PUSH_AES_KEY is not set: anyone who sees a message from WeChat could send false ones.",
      "Choose the safe mode in the Mini Program's console, and set WX_PUSH_AES_KEY to its EncodingAESKey.",
    );
  }
  return pass(claim, "MEDIA_CHECK is on, and only encrypted messages are taken for WeChat's.");
}
