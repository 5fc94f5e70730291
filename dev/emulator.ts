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
  logLine,
  type Mount,
  startEmulator,
} from "../packages/cos-emulator/src/index.ts";
import { triggerPrefixes } from "../shared/object/places.ts";
import { rules } from "../shared/object/rules.ts";
import { watchFunctions } from "../tools/build/watch.ts";
import {
  type EnvironmentOptions,
  environmentOf,
  strangeSettings,
  unusableSettings,
  variablesOf,
  withoutWiring,
} from "./environment.ts";
import { connectMessagePush } from "./message-push.ts";
import { createPage } from "./page/page.ts";
import { writeRehearsalFile } from "./rehearsal.ts";
import { EXECUTION_ROLE, productRoles } from "./roles.ts";
import { startTimer } from "./timer.ts";
import { canBeRelayed, startWebhookRelay } from "./webhook-relay.ts";

/** Options for the emulator with this product's functions. */
export interface DevOptions
  extends Omit<EmulatorOptions, "functions" | "mount" | "customDomains" | "secrets">,
    EnvironmentOptions {
  /** The folder with the built functions, each at `<name>/index.js`. */
  readonly functionsDirectory: string;
  /** Whether COS calls `uploaded` after each upload, as its triggers do in production. */
  readonly triggers: boolean;
  /** Whether timers call functions, once a minute, as in production. */
  readonly timers: boolean;
  /** Whether a function is rebuilt and replaced when one of its source files is saved. */
  readonly watch: boolean;
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

/** Functions that pages do not call. */
const CALLED_BY_PLATFORM: ReadonlySet<string> = new Set([UPLOADED, WATCH, "wechat-push"]);

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
  const stopTimer = startTimer(timed, emulator);
  const watched = settings.watch
    ? watchFunctions({
        root: ROOT,
        names: [...emulator.functions.keys()],
        onBundle: emulator.replaceCode,
        log: settings.log,
      })
    : undefined;
  const warnings = [...strangeSettings(environment, emulator), ...unusableSettings(environment)];
  for (const line of warnings) settings.log(line);
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
      stopTimer();
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
