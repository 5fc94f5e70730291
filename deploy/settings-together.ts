import type { Environment } from "../shared/config.ts";
import { OWN_KEYS, type OwnKey } from "./own-keys.ts";

export const CHECK_OF_NOBODY =
  "MEDIA_CHECK needs users that log in: with UPLOAD_AUTH=none the service does not know the user, whom a check must name, and every image would be rejected.";

/** A setting that does nothing without another one, which no function can say: it is not deployed without that. */
interface Need {
  /** Any of these is set. */
  readonly given: readonly string[];
  /** One of these must be. */
  readonly needs: readonly string[];
  readonly because: string;
}

/** What was asked for would never be done. */
const NEEDS: readonly Need[] = [
  { given: ["CERT_RENEW"], needs: ["CERT_HOSTS"], because: "cert-watch is deployed when it is" },
  {
    given: ["MEDIA_CHECK"],
    needs: ["WX_PUSH_TOKEN"],
    because: "wechat-push, which gets the results, is deployed when it is",
  },
  {
    given: ["MEDIA_CHECK", "WX_PUSH_TOKEN", "UPLOADED_WEBHOOK"],
    needs: ["LIFE_SECRET_ID", "LIFE_ROLE_ARN"],
    because: "uploaded, which works on stored files, is deployed when one of them is",
  },
];

/** What belongs to a part that is switched off, perhaps on purpose. */
const LEFTOVERS: readonly Need[] = [
  {
    given: ["WX_SECRET", "TOKEN_SECONDS"],
    needs: ["WX_APPID"],
    because: "login is deployed when it is",
  },
  {
    given: ["CERT_WEBHOOK", "CERT_SECRET_ID", "CERT_SECRET_KEY"],
    needs: ["CERT_HOSTS"],
    because: "cert-watch is deployed when it is",
  },
  {
    given: ["WX_PUSH_AES_KEY", "COS_AUDIT_TOKEN"],
    needs: ["WX_PUSH_TOKEN"],
    because: "wechat-push is deployed when it is",
  },
  { given: ["WEBHOOK_SECRET"], needs: ["UPLOADED_WEBHOOK"], because: "uploads are announced there" },
];

/**
 * What is missing among the settings of all functions together: half of a key, or what another setting needs.
 *
 * @param env a variable with an empty value counts as unset, as it does for `npm run deploy`
 * @returns a sentence for each problem, which begins with the variable that is missing
 */
export function togetherProblems(env: Environment): string[] {
  return [
    ...OWN_KEYS.flatMap((owner) => halfKeyProblem(owner, env) ?? []),
    ...unmet(NEEDS, env["CERT_RENEW"] === "no" ? { ...env, CERT_RENEW: undefined } : env),
    ...(env["MEDIA_CHECK"] && env["UPLOAD_AUTH"] === "none" ? [CHECK_OF_NOBODY] : []),
  ];
}

/** Settings that nothing uses; sentences as those of {@link togetherProblems}. */
export function leftovers(env: Environment): string[] {
  return unmet(LEFTOVERS, env);
}

function unmet(list: readonly Need[], env: Environment): string[] {
  return list.flatMap(({ given, needs, because }) => {
    const set = given.filter((name) => env[name]);
    if (set.length === 0 || needs.some((name) => env[name])) return [];
    const verb = set.length > 1 ? "are" : "is";
    return [`${needs.join(" or ")} is not set, and ${set.join(", ")} ${verb}: ${because}.`];
  });
}

/** A key of which only one half is set; a role replaces it. */
export function halfKeyProblem(owner: OwnKey, env: Environment): string | undefined {
  const [id, key] = [`${owner}_SECRET_ID`, `${owner}_SECRET_KEY`];
  if (env[`${owner}_ROLE_ARN`] || !env[id] === !env[key]) return undefined;
  return `${env[id] ? key : id} is not set; a key consists of both.`;
}

/**
 * What is wrong with the functions' execution role, with which they assume the role of another setting.
 *
 * @param by the setting that names the role to assume
 * @param role the name of the execution role; empty for none
 */
export function executionRoleProblem(by: string, role: string): string | undefined {
  if (role === "") {
    return `FUNCTION_ROLE is not set; with ${by} it must name the functions' execution role, whose credentials SCF gives to the functions.`;
  }
  return /^[\w+=,.@-]{1,128}$/.test(role)
    ? undefined
    : "FUNCTION_ROLE must be the name of a role in CAM, such as cos-upload-functions, and not its ARN.";
}
