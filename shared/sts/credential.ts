import type { CredentialData } from "qcloud-cos-sts";

/** A temporary credential: what signing needs of it. */
export interface Credential {
  readonly tmpSecretId: string;
  readonly tmpSecretKey: string;
  readonly securityToken: string;
  /** When STS issued it, by STS's own clock; Unix seconds. */
  readonly startTime: number;
  /** When it ends; Unix seconds. */
  readonly expiredTime: number;
}

/**
 * Reads what qcloud-cos-sts passes on unchecked.
 *
 * @throws TypeError when a part is missing, or when a time is not one
 */
export function readCredential({ credentials, startTime, expiredTime }: Partial<CredentialData>): Credential {
  const {
    tmpSecretId,
    tmpSecretKey,
    sessionToken: securityToken,
  }: Partial<CredentialData["credentials"]> = credentials ?? {};
  if (
    isText(tmpSecretId) &&
    isText(tmpSecretKey) &&
    isText(securityToken) &&
    isTime(startTime) &&
    isTime(expiredTime)
  ) {
    return { tmpSecretId, tmpSecretKey, securityToken, startTime, expiredTime };
  }
  throw new TypeError("Not a credential.");
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** How far back a signature begins, in seconds: the clocks of STS and COS may differ. */
const BACKDATE_SECONDS = 60;

/** The time in which a signature is good, in COS's terms `KeyTime` = `start;end`; Unix seconds. */
export interface KeyTime {
  readonly start: number;
  readonly end: number;
}

/**
 * The KeyTime of a signature that lives `seconds`. It counts from STS's clock, so that this machine's
 * may be wrong, and it never outlives the credential.
 */
export function keyTime(credential: Credential, seconds: number): KeyTime {
  return {
    start: credential.startTime - BACKDATE_SECONDS,
    end: Math.min(credential.startTime + seconds, credential.expiredTime),
  };
}
