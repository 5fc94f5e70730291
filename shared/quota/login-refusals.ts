/**
 * The words with which Redis refuses whoever REDIS_URL says that one is, or does not let them count; and what to do about
 * each (https://redis.io/docs/latest/operate/oss_and_stack/management/security/).
 */
export const LOGIN_REFUSALS: ReadonlyMap<string, string> = new Map([
  ["NOAUTH", "Correct the password of REDIS_URL: redis://:password@host."],
  ["WRONGPASS", "Correct the user and the password of REDIS_URL: redis://user:password@host."],
  ["NOPERM", "Allow the user in REDIS_URL to run scripts on all keys that begin with quota:."],
  ["DENIED", "Redis is in protected mode: give it a password, and put that into REDIS_URL."],
]);
