import { type Claim, type Finding, fail, pass, skip, warn } from "../../../packages/tls-check/src/index.ts";
import { readAuditToken } from "../../../shared/check/audit.ts";
import type { Environment } from "../../../shared/config.ts";
import type { Rules } from "../../../shared/object/rule.ts";
import { type PushConfig, readMediaCheck, readPush, readWeChat } from "../../../shared/wechat/config.ts";

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
  const hasPush = env["WX_PUSH_TOKEN"] !== undefined || env["WX_PUSH_AES_KEY"] !== undefined;
  return { isOn, push: isOn || hasPush ? readPush(env) : undefined };
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
      `The rules ${waiting.join(", ")} have check: "before", but MEDIA_CHECK is not set: only onUploaded, or COS's own audit, can accept their files.`,
      "Set MEDIA_CHECK=wechat, or check the files in shared/life/on-uploaded.ts.",
    );
  }
  if (env["UPLOAD_AUTH"] === "none") {
    return fail(
      claim,
      "With UPLOAD_AUTH=none the service does not know the user, whom a check must name: every image would be rejected.",
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
  return pass(claim, "WeChat checks images and audio; its messages are encrypted.");
}
