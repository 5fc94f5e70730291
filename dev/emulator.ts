import { fileURLToPath } from "node:url";
import {
  ACCOUNT_IDS,
  type CosTriggerDefinition,
  checkUserEnvironment,
  DEFAULTS,
  EMULATED_BUCKET,
  type Emulator,
  type EmulatorOptions,
  findBundles,
  type Mount,
  type Places,
  startEmulator,
  terminalLine,
} from "../packages/cos-emulator/src/index.ts";
import { triggerPrefixes } from "../shared/object/places.ts";
import { rules } from "../shared/object/rules.ts";
import { watchFunctions } from "../tools/build/watch.ts";
import { connectMessagePush, pushSecrets } from "./message-push.ts";
import { createPage } from "./page/page.ts";
import { writeRehearsalFile } from "./rehearsal.ts";
import {
  EXECUTION_ROLE,
  LIFE_ROLE,
  LOGIN_ROLE,
  OBJECTS_ROLE,
  productRoles,
  roleArn,
  UPLOAD_ROLE,
} from "./roles.ts";
import { canBeRelayed, startWebhookRelay } from "./webhook-relay.ts";

/** The emulator with this product's functions in it. */
export interface DevOptions
  extends Omit<EmulatorOptions, "functions" | "mount" | "customDomains" | "secrets"> {
  /** Holds the built functions, `<name>/index.js` each. */
  readonly functionsDirectory: string;
  /** The functions have an execution role and no permanent key. */
  readonly keyless: boolean;
  /** COS calls `uploaded` after each upload, as its triggers do in production. */
  readonly triggers: boolean;
  /** WeChat checks images and audio: MEDIA_CHECK, and users who log in, since a check must name them. */
  readonly mediaCheck: boolean;
  /** A function is rebuilt and replaced when one of its source files is saved. */
  readonly watch: boolean;
  /** Variables for the functions, over the emulator's own; an empty value takes one away. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface Dev extends Emulator {
  /** Holds the variables with which `npm run deploy` deploys into this emulator. */
  readonly rehearsalFile: string;
  /** JWT_SECRET of the functions, where the environment says no other. */
  readonly jwtSecret: string;
  /** USER_PREFIX_SECRET of the functions, where the environment says no other. */
  readonly userPrefixSecret: string;
}

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const { functions, mount, customDomains, secrets, ...defaults } = DEFAULTS;

export const DEV_DEFAULTS: DevOptions & { readonly dataDirectory: string } = {
  ...defaults,
  port: 3000,
  cosPort: 9000,
  dataDirectory: ".emulator",
  functionsDirectory: fileURLToPath(new URL("../dist", import.meta.url)),
  keyless: false,
  triggers: true,
  mediaCheck: false,
  watch: false,
  environment: {},
  log: (line) => console.log(terminalLine(line)),
};

/** Thrown when there is no function to run. */
export class NoFunctionsError extends Error {
  override readonly name = "NoFunctionsError";
}

/** Functions that no HTTP request starts: they have no place behind the entry. */
const STARTED_BY_TIMER: ReadonlySet<string> = new Set(["cert-watch"]);

/** The function that COS's triggers start. */
const UPLOADED = "uploaded";

/** The function that looks after open checks, by its timer. */
const WATCH = "check-watch";
/** How often the emulator's timer calls functions, in milliseconds. */
const TIMER_MS = 60_000;

/** Functions that are no business of a page. */
const CALLED_BY_PLATFORM: ReadonlySet<string> = new Set([UPLOADED, WATCH, "wechat-push"]);

/** The variables by which the functions find the emulated cloud, which a deployed function would not have. */
const WIRING: ReadonlySet<string> = new Set(["COS_DOMAIN", "STS_ENDPOINT", "WX_ENDPOINT"]);

/** What `login` signs tokens with and `UPLOAD_AUTH=jwt` checks them, and what users' key prefixes are derived with. */
const SECRETS = ["jwtSecret", "userPrefixSecret"];

/**
 * Starts the emulator with the built functions behind its entry, the page at `/`, and the roles of deploy/policies,
 * and writes `deploy.env`.
 *
 * @throws {NoFunctionsError} when the functions folder has none
 * @throws {EnvironmentError} when SCF would not take a variable, and what startEmulator throws
 */
export async function startDev(options: Partial<DevOptions> = {}): Promise<Dev> {
  const settings = { ...DEV_DEFAULTS, ...options };
  const { functionsDirectory, keyless, triggers, environment: given } = settings;
  const bundles = await findBundles(functionsDirectory);
  if (bundles.size === 0) throw new NoFunctionsError(`There is no built function in ${functionsDirectory}`);
  const role = keyless ? { role: EXECUTION_ROLE } : {};
  const customDomain = given["COS_DOMAIN"];

  let environment: Readonly<Record<string, string>> = {};
  const webhook = given["UPLOADED_WEBHOOK"] ?? "";
  const relay = canBeRelayed(webhook)
    ? await startWebhookRelay(webhook, (request) => emulator.record(request))
    : undefined;
  const emulator: Emulator = await startEmulator({
    ...settings,
    secrets: SECRETS,
    customDomains: customDomain ? [customDomain] : [],
    roles: { ...(await productRoles(ACCOUNT_IDS, EMULATED_BUCKET)), ...settings.roles },
    mount: whenStarted(() => pageOf(emulator, environment, settings)),
    functions: (places) => {
      environment = environmentOf(places, settings);
      const [wiring, own] = withoutWiring(environment, given);
      checkUserEnvironment(own);
      return [...bundles]
        .filter(([name]) => !STARTED_BY_TIMER.has(name))
        .map(([name, file]) => ({
          name,
          file,
          environment: {
            ...variablesOf(name, own),
            ...(relay !== undefined && { UPLOADED_WEBHOOK: relay.url }),
          },
          wiring,
          ...role,
          ...(name === UPLOADED && triggers && { triggers: uploadTriggers() }),
        }));
    },
  }).catch(async (error: unknown) => {
    await relay?.close();
    throw error;
  });
  const isChecking = environment["MEDIA_CHECK"] !== undefined;
  if (isChecking) await connectMessagePush(emulator, environment);
  const timed = [...(isChecking ? [WATCH] : []), ...(triggers ? [UPLOADED] : [])];
  const timer = setInterval(() => {
    for (const name of timed) callTimer(name, emulator);
  }, TIMER_MS).unref();
  const watched = settings.watch
    ? watchFunctions({
        root: ROOT,
        names: [...emulator.functions.keys()],
        onBundle: emulator.replaceCode,
        log: settings.log,
      })
    : undefined;
  for (const line of strangeSettings(environment, emulator)) settings.log(line);
  const deployment = {
    ...emulator,
    environment: { ...environment, NODE_EXTRA_CA_CERTS: emulator.caFile },
    withLife: !triggers,
  };
  const rehearsal = await writeRehearsalFile(emulator.dataDirectory, deployment);
  return {
    ...emulator,
    rehearsalFile: rehearsal.file,
    jwtSecret: emulator.secrets["jwtSecret"] ?? "",
    userPrefixSecret: emulator.secrets["userPrefixSecret"] ?? "",
    close: async () => {
      clearInterval(timer);
      await watched?.close();
      await rehearsal.remove();
      await emulator.close();
      await relay?.close();
    },
  };
}

/** As serverless.yml has them. */
function uploadTriggers(): CosTriggerDefinition[] {
  return triggerPrefixes(rules).map((prefix) => ({ type: "cos", event: "cos:ObjectCreated:*", prefix }));
}

/** What the functions were told that is not this emulator's, a line each: what they sign then is refused here. */
function strangeSettings(environment: Readonly<Record<string, string>>, emulator: Emulator): string[] {
  const { bucket, stsEndpoint, weChatEndpoint } = emulator;
  const played = [
    ["COS_BUCKET", [bucket.name]],
    ["COS_REGION", [bucket.region]],
    ["STS_ENDPOINT", [stsEndpoint]],
    ["WX_ENDPOINT", [`https://${weChatEndpoint}`]],
  ] as const;
  return played.flatMap(([name, [own]]) => {
    const value = environment[name];
    if (value === undefined || value.replace(/\/+$/, "") === own) return [];
    return [
      `warning: ${name}=${value} is not this emulator's, which is ${own}; what the functions do with it fails here`,
    ];
  });
}

/** As SCF's timer trigger does (https://cloud.tencent.com/document/product/583/9708). */
function callTimer(name: string, { functions, record }: Emulator): void {
  const event = { Type: "Timer", TriggerName: name, Time: new Date().toISOString(), Message: "" };
  functions
    .get(name)
    ?.invoke(event)
    .then(({ outcome, requestId, durationMs }) =>
      record({
        service: "trigger",
        method: "EVENT",
        path: `/${name}`,
        status: outcome.ok ? 200 : outcome.failure.statusCode,
        reason: outcome.ok ? undefined : outcome.failure.errorMessage,
        requestId,
        action: "Timer",
        durationMs: Math.round(durationMs),
      }),
    )
    // What else comes of it is in the function's log.
    .catch(() => undefined);
}

function environmentOf(
  places: Places,
  { keyless, mediaCheck, environment }: DevOptions,
): Record<string, string> {
  const { account, bucket, miniProgram } = places;
  const push = pushSecrets(miniProgram);
  const variables = {
    ...(keyless
      ? {
          COS_ROLE_ARN: roleArn(account.ownerUin, UPLOAD_ROLE),
          ...(environment["COS_ROLE_ARN"] === undefined && {
            OBJECTS_ROLE_ARN: roleArn(account.ownerUin, OBJECTS_ROLE),
            LIFE_ROLE_ARN: roleArn(account.ownerUin, LIFE_ROLE),
            LOGIN_ROLE_ARN: roleArn(account.ownerUin, LOGIN_ROLE),
          }),
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

/** The functions that have a key or a role of their own, by the beginning of its variables, as serverless.yml says. */
const OWN_KEYS: ReadonlyMap<string, string> = new Map([
  ["objects", "OBJECTS_"],
  [UPLOADED, "LIFE_"],
  ["upload-status", "LIFE_"],
  ["wechat-push", "LIFE_"],
  [WATCH, "LIFE_"],
  ["login", "LOGIN_"],
]);

/**
 * A function's variables: those of its own key or role in place of the shared one, and none of another
 * function's key.
 */
function variablesOf(name: string, variables: Readonly<Record<string, string>>): Record<string, string> {
  const others = [...OWN_KEYS.values()];
  const common = Object.entries(variables).filter(
    ([key]) => !others.some((prefix) => key.startsWith(prefix)),
  );
  const prefix = OWN_KEYS.get(name);
  const own = Object.entries(variables).flatMap(([key, value]) =>
    prefix !== undefined && key.startsWith(prefix) ? [[`COS_${key.slice(prefix.length)}`, value]] : [],
  );
  return Object.fromEntries([...common, ...own]);
}

/** The {@link WIRING} apart from the functions' own variables. Those that the user sets are the functions' own. */
function withoutWiring(
  variables: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
): [wiring: Record<string, string>, own: Record<string, string>] {
  const isWiring = (name: string) => WIRING.has(name) && given[name] === undefined;
  const part = (wanted: boolean) =>
    Object.fromEntries(Object.entries(variables).filter(([name]) => isWiring(name) === wanted));
  return [part(true), part(false)];
}

function pageOf(
  emulator: Emulator,
  environment: Readonly<Record<string, string>>,
  settings: DevOptions,
): Mount {
  return createPage({
    url: () => emulator.url,
    config: {
      functions: [...emulator.functions.keys()].filter((name) => !CALLED_BY_PLATFORM.has(name)),
      needsLogin: environment["UPLOAD_AUTH"] === "jwt",
      strictTransport: settings.strictTransport,
      networkUrl: emulator.networkUrl,
      bucket: emulator.bucket.name,
      region: emulator.bucket.region,
      cosHost: environment["COS_DOMAIN"] ?? emulator.cosHost,
    },
    cos: { host: emulator.cosHost, ca: emulator.authority.certificatePem },
    store: emulator.store,
    credentials: emulator.credentials,
    faults: emulator.faults,
    clock: emulator.clock,
    requests: emulator.requests,
    log: settings.log,
  });
}

/** The page knows the emulator that serves it, so it is made at the first request. */
function whenStarted(make: () => Mount): Mount {
  let made: Mount | undefined;
  const mount = () => {
    made ??= make();
    return made;
  };
  return {
    serves: (path) => mount().serves(path),
    handler: (message, response) => mount().handler(message, response),
  };
}
