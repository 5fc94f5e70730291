/**
 * The functions that have a key or a role of their own, by the prefix of its variables. serverless.yml passes them
 * OBJECTS_SECRET_ID and the like under the names of COS_…; objects.json beside it in policies/ says what it may do.
 */
const FUNCTIONS = {
  OBJECTS: ["objects"],
  LIFE: ["uploaded", "upload-status", "wechat-push", "check-watch"],
  LOGIN: ["login"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type OwnKey = keyof typeof FUNCTIONS;

const isOwnKey = (name: string): name is OwnKey => Object.hasOwn(FUNCTIONS, name);

/** The prefixes without `_`. */
export const OWN_KEYS: readonly OwnKey[] = Object.keys(FUNCTIONS).filter(isOwnKey);

/** The key that a function has for itself or shares with few; undefined for one that has the key of all. */
export function ownKeyOf(name: string): OwnKey | undefined {
  return OWN_KEYS.find((owner) => FUNCTIONS[owner].some((one) => one === name));
}
