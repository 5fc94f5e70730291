import { fileURLToPath } from "node:url";
import { OWN_KEYS, ownKeyOf } from "../deploy/own-keys.ts";
import {
  ACCOUNT_IDS,
  type CosTriggerDefinition,
  checkUserEnvironment,
  DEFAULTS,
  EMULATED_BUCKET,
  type Emulator,
  type EmulatorOptions,
  findBundles,
  logLine,
  type Mount,
  type Places,
  startEmulator,
} from "../packages/cos-emulator/src/index.ts";
import { triggerPrefixes } from "../shared/object/places.ts";
import { rules } from "../shared/object/rules.ts";
import { watchFunctions } from "../tools/build/watch.ts";
import { connectMessagePush, pushSecrets } from "./message-push.ts";
import { createPage } from "./page/page.ts";
import { writeRehearsalFile } from "./rehearsal.ts";
import { EXECUTION_ROLE, ownRole, productRoles, roleArn, UPLOAD_ROLE } from "./roles.ts";
import { canBeRelayed, startWebhookRelay } from "./webhook-relay.ts";

/** Options for the emulator with this product's functions. */
export interface DevOptions
  extends Omit<EmulatorOptions, "functions" | "mount" | "customDomains" | "secrets"> {
  /** The folder with the built functions, each at `<name>/index.js`. */
  readonly functionsDirectory: string;
  /** Whether the functions have an execution role instead of a permanent key. */
  readonly keyless: boolean;
  /** Whether COS calls `uploaded` after each upload, as its triggers do in production. */
  readonly triggers: boolean;
  /** Whether timers call functions, once a minute, as in production. */
  readonly timers: boolean;
  /** Whether WeChat checks images and audio (MEDIA_CHECK). Users must then log in, since a check must name the user. */
  readonly mediaCheck: boolean;
  /** Whether a function is rebuilt and replaced when one of its source files is saved. */
  readonly watch: boolean;
  /** Variables for the functions, which override the emulator's own. An empty value removes a variable. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface Dev extends Emulator {
  /** The file with the variables that make `npm run deploy` deploy into this emulator. */
  readonly rehearsalFile: string;
  /** The functions' JWT_SECRET, unless `environment` sets another. */
  readonly jwtSecret: string;
  /** The functions' USER_PREFIX_SECRET, unless `environment` sets another. */
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
  timers: true,
  mediaCheck: false,
  watch: false,
  environment: {},
  log: (line) => console.log(logLine(line)),
};

/** Thrown when there is no function to run. */
export class NoFunctionsError extends Error {
  override readonly name = "NoFunctionsError";
}

/** Functions that no HTTP request starts. The emulator does not run them. */
const STARTED_BY_TIMER: ReadonlySet<string> = new Set(["cert-watch"]);

/** The function that COS's triggers call. */
const UPLOADED = "uploaded";

/** The function that a timer calls to follow up on open checks. */
const WATCH = "check-watch";
/** How often the emulator's timer calls functions, in milliseconds. */
const TIMER_MS = 60_000;

/** Functions that pages do not call. */
const CALLED_BY_PLATFORM: ReadonlySet<string> = new Set([UPLOADED, WATCH, "wechat-push"]);

/** The variables that point the functions to the emulated cloud. A function in production need not have them. */
const WIRING: ReadonlySet<string> = new Set(["COS_DOMAIN", "STS_ENDPOINT", "WX_ENDPOINT"]);

/**
 * The emulator's secrets for the functions: the first signs `login`'s tokens and checks them with `UPLOAD_AUTH=jwt`, and
 * users' key prefixes are derived from the second.
 */
const SECRETS = ["jwtSecret", "userPrefixSecret"];

/**
 * Starts the emulator with the built functions, the page at `/` and the roles of deploy/policies, and writes `deploy.env`.
 *
 * @throws {NoFunctionsError} when the folder contains no functions
 * @throws {EnvironmentError} when SCF would not accept a variable; and what startEmulator throws
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
  const timed = settings.timers ? [...(isChecking ? [WATCH] : []), ...(triggers ? [UPLOADED] : [])] : [];
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

/** The triggers of `uploaded`, as in serverless.yml. */
function uploadTriggers(): CosTriggerDefinition[] {
  return triggerPrefixes(rules).map((prefix) => ({ type: "cos", event: "cos:ObjectCreated:*", prefix }));
}

/** A warning for each variable that points the functions away from this emulator: it refuses what they then sign. */
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
      `warning: ${name} is ${value}, but this emulator has ${own}; the functions' requests will fail here`,
    ];
  });
}

/** Calls a function as SCF's timer trigger does (https://cloud.tencent.com/document/product/583/9708). */
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
    // The function's log says more.
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
function variablesOf(name: string, variables: Readonly<Record<string, string>>): Record<string, string> {
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

/** Separates {@link WIRING} from the functions' own variables. What the user sets counts as the functions' own. */
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

/** Makes the page at the first request: it needs the emulator that serves it, which has started by then. */
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
