import { readUserPrefixSecret } from "../../shared/auth/jwt-config.ts";
import { userSegment } from "../../shared/auth/user-segment.ts";
import { keepOpenid, userGrant } from "../../shared/check/openid.ts";
import { type Environment, readBucket, readSts } from "../../shared/config.ts";
import { createCos } from "../../shared/cos/client.ts";
import type { Invocation } from "../../shared/entry/invocation.ts";
import { open } from "../../shared/life/open.ts";
import { createSts } from "../../shared/sts/sts.ts";
import { readMediaCheck } from "../../shared/wechat/config.ts";

/** Stores a user's openid, which WeChat must be given when their files are checked. */
export type Remember = (openid: string, invocation: Invocation) => Promise<void>;

/**
 * With MEDIA_CHECK, in the bucket, by the user's part of object keys; else nowhere.
 *
 * @param secret JWT_SECRET
 * @throws ConfigurationError naming the variable that is missing or malformed
 */
export function remembering(env: Environment, secret: string): Remember {
  if (!readMediaCheck(env)) return async () => {};
  const bucket = readBucket(env);
  const storage = { sts: createSts(readSts(env), bucket), cos: createCos(bucket) };
  const userSecret = readUserPrefixSecret(env) ?? secret;
  return async (openid, invocation) => {
    const user = userSegment(openid, userSecret);
    const cos = await open([userGrant(user, "PutObject")], storage, invocation);
    await keepOpenid(user, openid, cos);
  };
}
