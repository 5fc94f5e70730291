import { malformedProblems } from "../deploy/malformed.ts";
import { OWN_KEYS, ownKeyOf } from "../deploy/own-keys.ts";
import type { Emulator, Places } from "../packages/cos-emulator/src/index.ts";
import { pushSecrets } from "./message-push.ts";
import { ownRole, roleArn, UPLOAD_ROLE } from "./roles.ts";

/** The options that the functions' variables depend on. */
export interface EnvironmentOptions {
  /** Whether the functions have an execution role instead of a permanent key. */
  readonly keyless: boolean;
  /** Whether WeChat checks images and audio (MEDIA_CHECK). Users must then log in, since a check must name the user. */
  readonly mediaCheck: boolean;
  /** Variables for the functions, which override the emulator's own. An empty value removes a variable. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The variables of all functions, to be divided among them by {@link variablesOf}. */
export function environmentOf(
  places: Places,
  { keyless, mediaCheck, environment }: EnvironmentOptions,
): Record<string, string> {
  const { account, bucket, miniProgram } = places;
  const push = pushSecrets(miniProgram);
  const variables = {
    ...(keyless
      ? {
          COS_ROLE_ARN: roleArn(account.ownerUin, UPLOAD_ROLE),
          ...(environment["COS_ROLE_ARN"] === undefined &&
            Object.fromEntries(
              OWN_KEYS.map((owner) => [`${owner}_ROLE_ARN`, roleArn(account.ownerUin, ownRole(owner))]),
            )),
        }
      : { COS_SECRET_ID: account.secretId, COS_SECRET_KEY: account.secretKey }),
    COS_BUCKET: bucket.name,
    COS_REGION: bucket.region,
    COS_DOMAIN: places.cosHost,
    STS_ENDPOINT: places.stsEndpoint,
    UPLOAD_AUTH: mediaCheck ? "jwt" : "none",
    ...(mediaCheck && { MEDIA_CHECK: "wechat" }),
    ...((mediaCheck || environment["MEDIA_CHECK"]) && {
      WX_PUSH_TOKEN: push.token,
      WX_PUSH_AES_KEY: push.aesKey,
    }),
    JWT_SECRET: places.secrets["jwtSecret"] ?? "",
    USER_PREFIX_SECRET: places.secrets["userPrefixSecret"] ?? "",
    WX_APPID: miniProgram.appId,
    WX_SECRET: miniProgram.secret,
    WX_ENDPOINT: `https://${places.weChatEndpoint}`,
    ...environment,
  };
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
}

/** What a function's own key or role replaces. */
const SHARED_KEY: ReadonlySet<string> = new Set(["COS_SECRET_ID", "COS_SECRET_KEY", "COS_ROLE_ARN"]);

/**
 * A function's variables. Its own key or role replaces the shared one, and it gets no other function's key.
 */
export function variablesOf(
  name: string,
  variables: Readonly<Record<string, string>>,
): Record<string, string> {
  const owner = ownKeyOf(name);
  const own = Object.entries(variables).flatMap(([key, value]) =>
    owner !== undefined && key.startsWith(`${owner}_`) ? [[`COS${key.slice(owner.length)}`, value]] : [],
  );
  const common = Object.entries(variables).filter(
    ([key]) =>
      !OWN_KEYS.some((other) => key.startsWith(`${other}_`)) && (own.length === 0 || !SHARED_KEY.has(key)),
  );
  return Object.fromEntries([...common, ...own]);
}

/** The variables that point the functions to the emulated cloud. A function in production need not have them. */
const WIRING: ReadonlySet<string> = new Set(["COS_DOMAIN", "STS_ENDPOINT", "WX_ENDPOINT"]);

/** Separates {@link WIRING} from the functions' own variables. What the user sets counts as the functions' own. */
export function withoutWiring(
  variables: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
): [wiring: Record<string, string>, own: Record<string, string>] {
  const isWiring = (name: string) => WIRING.has(name) && given[name] === undefined;
  const part = (wanted: boolean) =>
    Object.fromEntries(Object.entries(variables).filter(([name]) => isWiring(name) === wanted));
  return [part(true), part(false)];
}

/** A warning for each variable that the functions cannot use; otherwise only the log of a first request would name it. */
export function unusableSettings(environment: Readonly<Record<string, string>>): string[] {
  return malformedProblems(environment).map(
    (problem) => `warning: ${problem} Functions that read it answer 500 ConfigurationError.`,
  );
}

/** A warning for each variable that points the functions away from this emulator: it refuses what they then sign. */
export function strangeSettings(environment: Readonly<Record<string, string>>, emulator: Emulator): string[] {
  const { bucket, stsEndpoint, weChatEndpoint } = emulator;
  const played = [
    ["COS_BUCKET", bucket.name],
    ["COS_REGION", bucket.region],
    ["STS_ENDPOINT", stsEndpoint],
    ["WX_ENDPOINT", `https://${weChatEndpoint}`],
  ] as const;
  return played.flatMap(([name, own]) => {
    const value = environment[name];
    if (value === undefined || value.replace(/\/+$/, "") === own) return [];
    return [
      `warning: ${name} is ${value}, but this emulator has ${own}; the functions' requests will fail here`,
    ];
  });
}
