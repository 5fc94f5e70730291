import type { OwnKey } from "../../../deploy/own-keys.ts";
import { halfKeyProblem } from "../../../deploy/settings-together.ts";
import { type Claim, type Finding, pass, skip, warn } from "../../../packages/tls-check/src/index.ts";
import { type Environment, readSts } from "../../../shared/config.ts";
import { ConfigurationError } from "../../../shared/errors.ts";

/** A key or role that only some functions have. */
export interface OwnKeySettings {
  readonly isSet: boolean;
  /** Whether it is the one that signs uploads. */
  readonly isShared: boolean;
}

/**
 * Reads LIFE_SECRET_ID and LIFE_SECRET_KEY, or LIFE_ROLE_ARN, and the like. serverless.yml passes them to functions as
 * COS_….
 *
 * @throws ConfigurationError naming the variable that is missing or malformed
 */
export function readOwnKey(owner: OwnKey, env: Environment): OwnKeySettings {
  const id = env[`${owner}_SECRET_ID`];
  const role = env[`${owner}_ROLE_ARN`];
  const problem = halfKeyProblem(owner, env);
  if (problem !== undefined) throw new ConfigurationError(problem);
  if (id === undefined && role === undefined) return { isSet: false, isShared: false };
  try {
    readSts({
      ...env,
      COS_SECRET_ID: id,
      COS_SECRET_KEY: env[`${owner}_SECRET_KEY`],
      COS_ROLE_ARN: role,
    });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError(error.message.replace(/\bCOS_(?=SECRET_|ROLE_)/g, `${owner}_`));
  }
  const isShared = role === undefined ? id === env["COS_SECRET_ID"] : role === env["COS_ROLE_ARN"];
  return { isSet: true, isShared };
}

export function lifeFinding({ isSet, isShared }: OwnKeySettings, claim: Claim): Finding {
  if (!isSet) {
    return skip(
      claim,
      "Neither LIFE_SECRET_ID nor LIFE_ROLE_ARN is set; uploaded and upload-status need one of them.",
    );
  }
  if (!isShared) return pass(claim, "It is not the one that signs uploads.");
  return warn(
    claim,
    "It is the one that signs uploads, so the signing functions may remove files too.",
    "Set LIFE_SECRET_ID and LIFE_SECRET_KEY, or LIFE_ROLE_ARN, to another sub-account's key or another role, with deploy/policies/life.json.",
  );
}

export function objectsFinding({ isSet }: OwnKeySettings, claim: Claim): Finding {
  return isSet
    ? pass(claim, "It has one.")
    : skip(
        claim,
        "It has none, and uses the functions' key or role, which then needs deploy/policies/objects.json too.",
      );
}
