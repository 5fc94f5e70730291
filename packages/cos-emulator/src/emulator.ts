import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createPage } from "../../../dev/page/page.ts";
import { type Account, type Bucket, EMULATED_BUCKET, type MiniProgram } from "./cloud/account.ts";
import { openAccount } from "./cloud/account-file.ts";
import { type Clock, unixSeconds } from "./cloud/clock.ts";
import { LOOPBACK, listen, stop } from "./cloud/listen.ts";
import { EXECUTION_ROLE, openRoles, UPLOAD_ROLE } from "./cloud/roles.ts";
import { createCosHandler, MAX_OBJECT_BYTES } from "./cos/handler.ts";
import type { CorsRule } from "./cos/http/cors.ts";
import { listenCos } from "./cos/server.ts";
import { BucketSettings } from "./cos/store/bucket-settings.ts";
import { ObjectStore } from "./cos/store/object-store.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { type Faults, noFaults, setFault } from "./faults/faults.ts";
import { FaultyCredentialStore, faultyClock, faultyCos, faultySts } from "./faults/listeners.ts";
import { readOrigins } from "./guard/sender.ts";
import { SCF_DEFAULTS } from "./scf/api/options.ts";
import { writeRehearsalFile } from "./scf/api/rehearsal.ts";
import { createScfListener } from "./scf/api/scf-listener.ts";
import { ScfService } from "./scf/api/scf-service.ts";
import { createEntryListener } from "./scf/entry/entry.ts";
import type { EventShape } from "./scf/entry/http-answer.ts";
import { findBundles } from "./scf/runtime/bundles.ts";
import { installCode } from "./scf/runtime/code.ts";
import { checkUserEnvironment } from "./scf/runtime/environment.ts";
import { FunctionRuntime } from "./scf/runtime/function-runtime.ts";
import { DEFAULT_POLICY_MAX_BYTES } from "./sts/options.ts";
import { createStsListener, keysOf } from "./sts/sts-listener.ts";
import { openCertificateAuthority } from "./tls/certificate-authority.ts";
import { SERVER_NAMES } from "./tls/names.ts";
import { issueServerCertificate } from "./tls/server-certificate.ts";
import { createWeChatListener } from "./wechat/wechat-listener.ts";

export interface EmulatorOptions {
  /** Where the functions answer; 0 picks a free port, here and below. */
  readonly port: number;
  readonly cosPort: number;
  readonly stsPort: number;
  readonly weChatPort: number;
  /** Where SCF's management API answers, to rehearse a deployment. */
  readonly scfPort: number;
  /** Keeps the objects, the account's secrets and the local certificate authority. */
  readonly dataDirectory: string;
  /** Holds the built functions, `<name>/index.js` each. */
  readonly functionsDirectory: string;
  readonly eventShape: EventShape;
  /** How long a function may take over one event. */
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Of each function. */
  readonly maxInstances: number;
  /** The largest body that COS takes in one request: an object, or a part of one. */
  readonly maxObjectBytes: number;
  /** COS refuses uploads whose content-type or content-length is not signed. */
  readonly strictSignature: boolean;
  /** COS does not take plain HTTP on loopback for secure transport. */
  readonly strictTransport: boolean;
  /** The functions have an execution role and no permanent key. */
  readonly keyless: boolean;
  /** What misbehaves from the start, such as `sts=hang`; see {@link FAULT_NAMES}. */
  readonly faults: readonly string[];
  /** Variables for the functions, over the emulator's own; an empty value takes one away. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Roles beside those that deploy/policies describes, or others under their names: by name, the JSON text of what
   * each may do; see {@link openRoles}.
   */
  readonly roles: Readonly<Record<string, string>>;
  /** The clock of STS and COS; the functions have the machine's. */
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

export const DEFAULTS: EmulatorOptions = {
  port: 3000,
  cosPort: 9000,
  stsPort: 0,
  weChatPort: 0,
  scfPort: 0,
  dataDirectory: ".emulator",
  functionsDirectory: fileURLToPath(new URL("../../../dist", import.meta.url)),
  eventShape: "function-url",
  timeoutSeconds: 10,
  memoryMb: 128,
  maxInstances: 10,
  maxObjectBytes: MAX_OBJECT_BYTES,
  strictSignature: false,
  strictTransport: false,
  keyless: false,
  faults: [],
  environment: {},
  roles: {},
  clock: Date.now,
  log: console.log,
};

/** A running emulator. */
export interface Emulator {
  /** Such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** `host:port`; it answers both http and https. */
  readonly cosHost: string;
  readonly cosUrl: string;
  /** `host:port`; https only. */
  readonly stsEndpoint: string;
  /** `host:port` of WeChat's server API; https only. */
  readonly weChatEndpoint: string;
  /** SCF_ENDPOINT: `http://127.0.0.1:<port>`. */
  readonly scfEndpoint: string;
  /** Holds the variables with which `npm run deploy` deploys into this emulator. */
  readonly rehearsalFile: string;
  /** The PEM file of the authority that signed every certificate. */
  readonly caFile: string;
  readonly dataDirectory: string;
  /** The JSON file of the account's secrets, those below; see {@link openAccount}. */
  readonly accountFile: string;
  readonly account: Account;
  /** JWT_SECRET of the functions, where the environment says no other. */
  readonly jwtSecret: string;
  /** USER_PREFIX_SECRET of the functions, where the environment says no other. */
  readonly userPrefixSecret: string;
  /** Whom the emulated WeChat knows. */
  readonly miniProgram: MiniProgram;
  readonly bucket: Bucket;
  /** What misbehaves; may be changed while it runs. */
  readonly faults: Faults;
  /** By name. */
  readonly functions: ReadonlyMap<string, FunctionRuntime>;
  /** Ends everything that the emulator started; a second call waits for the first. */
  close(): Promise<void>;
}

export type ServiceName = "functions" | "COS" | "STS" | "WeChat" | "SCF";

/** Thrown when a service cannot have its port. */
export class PortError extends Error {
  override readonly name = "PortError";
  readonly service: ServiceName;
  readonly port: number;

  constructor(service: ServiceName, port: number, code: string) {
    super(`Port ${port}, for ${service}, ${code === "EADDRINUSE" ? "is taken" : "may not be opened"}`);
    this.service = service;
    this.port = port;
  }
}

/** Thrown when there is no function to run. */
export class NoFunctionsError extends Error {
  override readonly name = "NoFunctionsError";
}

/** Functions that no HTTP request starts: they have no place behind the entry. */
const STARTED_BY_TIMER: ReadonlySet<string> = new Set(["cert-watch"]);

const WIRING: ReadonlySet<string> = new Set([
  "COS_DOMAIN",
  "STS_ENDPOINT",
  "WX_ENDPOINT",
  "NODE_EXTRA_CA_CERTS",
]);

/** The life of the credentials of an execution role. How long SCF's live was not found. */
const ROLE_SECONDS = 7200;

/** A browser page on this machine may upload straight to COS, whatever port it is served from. */
const LOCAL_PAGES: CorsRule = {
  allowedOrigins: ["http://127.0.0.1:*", "http://localhost:*"],
  allowedMethods: ["GET", "HEAD", "PUT", "POST", "DELETE"],
  allowedHeaders: ["*"],
  exposeHeaders: ["ETag", "x-cos-request-id", "x-emulator-reason"],
  maxAgeSeconds: 600,
};

/**
 * Starts the local cloud: STS, WeChat's login, COS, and the functions behind their HTTP entry, all on the loopback address. Resolves
 * when everything answers; on any error, what was started is ended before it rejects.
 *
 * @throws {PortError} when a port is taken or may not be opened
 * @throws {NoFunctionsError} when the functions folder has none
 * @throws {AccountFileError} when what the data folder keeps of the account cannot be used
 * @throws {EnvironmentError} when SCF would not take a variable
 * @throws {RoleError} when CAM would not take a role
 */
export async function startEmulator(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  const settings = { ...DEFAULTS, ...options };
  const closers: (() => Promise<void>)[] = [];
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= closeAll(closers);
    return closing;
  };
  try {
    return { ...(await start(settings, (closer) => closers.push(closer))), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** In the reverse order of their start, and each whatever became of the others. */
async function closeAll(closers: readonly (() => Promise<void>)[]): Promise<void> {
  for (const closer of closers.toReversed()) await closer().catch(() => undefined);
}

async function start(
  settings: EmulatorOptions,
  onClose: (closer: () => Promise<void>) => void,
): Promise<Omit<Emulator, "close">> {
  const { clock, log } = settings;
  const bucket = EMULATED_BUCKET;
  const dataDirectory = resolve(settings.dataDirectory);
  const bundles = await findBundles(settings.functionsDirectory);
  if (bundles.size === 0) {
    throw new NoFunctionsError(`There is no built function in ${settings.functionsDirectory}`);
  }

  const secrets = await openAccount(dataDirectory);
  const { account, miniProgram } = secrets;
  const authority = await openCertificateAuthority(join(dataDirectory, "tls"), clock, log);
  const tls = await issueServerCertificate(authority, SERVER_NAMES, clock);
  const faults = noFaults();
  for (const name of settings.faults) setFault(faults, name);
  const credentials = new FaultyCredentialStore(faults);

  const roles = await openRoles(settings.roles, account, bucket);
  const stsOptions = {
    account,
    store: credentials,
    clock: faultyClock(clock, faults),
    roles,
    policyMaxBytes: DEFAULT_POLICY_MAX_BYTES,
  };
  const serveHttps = async (service: ServiceName, port: number, listener: RequestListener) => {
    const server = createHttpsServer(tls, listener);
    const opened = await claim(service, port, () => listen(server, port));
    onClose(() => stop(server));
    return `${LOOPBACK}:${opened}`;
  };
  const sts = faultySts(createStsListener(stsOptions, log), faults);
  const stsEndpoint = await serveHttps("STS", settings.stsPort, sts);
  const weChat = createWeChatListener(miniProgram, log);
  const weChatEndpoint = await serveHttps("WeChat", settings.weChatPort, weChat);

  const customDomain = settings.environment["COS_DOMAIN"];
  const store = await ObjectStore.open(join(dataDirectory, "objects"));
  const bucketSettings = await BucketSettings.open(join(dataDirectory, "bucket.json"));
  const cosHandler = createCosHandler({
    account,
    bucket,
    credentials,
    store,
    settings: bucketSettings,
    clock,
    log,
    explain: explainRefusal,
    customDomains: customDomain ? [customDomain] : [],
    cors: [LOCAL_PAGES],
    maxObjectBytes: settings.maxObjectBytes,
    strictSignature: settings.strictSignature,
    strictTransport: settings.strictTransport,
  });
  const cos = await claim("COS", settings.cosPort, () =>
    listenCos(faultyCos(cosHandler, faults), {
      port: settings.cosPort,
      host: LOOPBACK,
      tls,
      secureContext: (servername) => bucketSettings.secureContext(servername),
    }),
  );
  onClose(() => cos.close());

  const cosHost = `${LOOPBACK}:${cos.port}`;
  const environment = withoutEmpty({
    ...(settings.keyless
      ? { COS_ROLE_ARN: `qcs::cam::uin/${account.ownerUin}:roleName/${UPLOAD_ROLE}` }
      : { COS_SECRET_ID: account.secretId, COS_SECRET_KEY: account.secretKey }),
    COS_BUCKET: bucket.name,
    COS_REGION: bucket.region,
    COS_DOMAIN: cosHost,
    STS_ENDPOINT: stsEndpoint,
    UPLOAD_AUTH: "none",
    JWT_SECRET: secrets.jwtSecret,
    USER_PREFIX_SECRET: secrets.userPrefixSecret,
    WX_APPID: miniProgram.appId,
    WX_SECRET: miniProgram.secret,
    WX_ENDPOINT: `https://${weChatEndpoint}`,
    NODE_EXTRA_CA_CERTS: authority.caFile,
    ...settings.environment,
  });
  const [wiring, own] = withoutWiring(environment, settings.environment);
  checkUserEnvironment(own);
  const roleCredential = (role: string) => {
    const rights = roles.get(role);
    return rights && (() => credentials.issue([rights], ROLE_SECONDS, unixSeconds(clock)));
  };
  const functions = new Map<string, FunctionRuntime>();
  for (const [name, file] of bundles) {
    if (STARTED_BY_TIMER.has(name)) continue;
    const code = await installCode(file);
    onClose(() => code.remove());
    const runtime = new FunctionRuntime({
      identity: { name, region: bucket.region, appId: account.appId, ownerUin: account.ownerUin },
      codeDirectory: code.directory,
      environment: own,
      platformEnvironment: wiring,
      roleCredential: settings.keyless ? roleCredential(EXECUTION_ROLE) : undefined,
      timeoutSeconds: settings.timeoutSeconds,
      memoryMb: settings.memoryMb,
      maxInstances: settings.maxInstances,
      faults,
      onLine: (line) => log(`[${name}] ${line}`),
    });
    onClose(() => runtime.close());
    functions.set(name, runtime);
  }

  const scf = new ScfService({
    ...SCF_DEFAULTS,
    account,
    region: bucket.region,
    findKey: keysOf({ account, store: credentials }),
    clock,
    log,
    roleCredential,
    platformEnvironment: { NODE_EXTRA_CA_CERTS: authority.caFile },
    maxInstances: settings.maxInstances,
    eventShape: settings.eventShape,
  });
  onClose(() => scf.close());
  let scfEndpoint = "";
  const scfServer = createHttpServer(createScfListener(scf, () => scfEndpoint));
  const scfPort = await claim("SCF", settings.scfPort, () => listen(scfServer, settings.scfPort));
  onClose(() => stop(scfServer));
  scfEndpoint = `http://${LOOPBACK}:${scfPort}`;
  const rehearsal = await writeRehearsalFile(dataDirectory, { account, scfEndpoint, environment });
  onClose(() => rehearsal.remove());

  let url = "";
  const page = createPage({
    url: () => url,
    config: {
      functions: [...functions.keys()],
      needsLogin: environment["UPLOAD_AUTH"] === "jwt",
      strictTransport: settings.strictTransport,
      bucket: bucket.name,
      region: bucket.region,
      cosHost: environment["COS_DOMAIN"] ?? cosHost,
    },
    cos: { port: cos.port, ca: authority.certificatePem },
    store,
    credentials,
    faults,
    log,
  });
  const entry = createHttpServer(
    createEntryListener({
      functions: [...functions.values()],
      eventShape: settings.eventShape,
      page,
      corsOrigins: readOrigins(environment["CORS_ORIGINS"]),
      log,
    }),
  );
  const port = await claim("functions", settings.port, () => listen(entry, settings.port));
  onClose(() => stop(entry));
  url = `http://${LOOPBACK}:${port}`;
  return {
    url,
    cosHost,
    cosUrl: `http://${cosHost}`,
    stsEndpoint,
    weChatEndpoint,
    scfEndpoint,
    rehearsalFile: rehearsal.file,
    caFile: authority.caFile,
    dataDirectory,
    accountFile: secrets.file,
    account,
    jwtSecret: secrets.jwtSecret,
    userPrefixSecret: secrets.userPrefixSecret,
    miniProgram,
    bucket,
    faults,
    functions,
  };
}

/** Runs `open`, and turns what the system says of a port that cannot be had into a {@link PortError}. */
async function claim<T>(service: ServiceName, port: number, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    const code = systemCode(error) ?? systemCode(error instanceof Error ? error.cause : undefined);
    if (code === "EADDRINUSE" || code === "EACCES") throw new PortError(service, port, code);
    throw error;
  }
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/**
 * The variables by which the functions find the emulated cloud, which a deployed function would not have, apart from
 * its own. Those that the user sets are the function's own.
 */
function withoutWiring(
  variables: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
): [wiring: Record<string, string>, own: Record<string, string>] {
  const isWiring = (name: string) => WIRING.has(name) && given[name] === undefined;
  const part = (wanted: boolean) =>
    Object.fromEntries(Object.entries(variables).filter(([name]) => isWiring(name) === wanted));
  return [part(true), part(false)];
}

function withoutEmpty(variables: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
}
