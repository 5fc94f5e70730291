import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Account, Bucket, MiniProgram } from "./cloud/account.ts";
import { type Clock, type SettableClock, settableClock } from "./cloud/clock.ts";
import { lockFolder } from "./cloud/folder-lock.ts";
import { checkPorts } from "./cloud/free-ports.ts";
import { LOOPBACK } from "./cloud/listen.ts";
import { isOwnPrivateAddress } from "./cloud/private-address.ts";
import { Running, type Service } from "./cloud/service.ts";
import { type Cloud, openCloud } from "./cloud.ts";
import type { LifecycleOutcome } from "./cos/apply-lifecycle.ts";
import { MAX_OBJECT_BYTES } from "./cos/handler.ts";
import { seed } from "./cos/seed.ts";
import { startCos } from "./cos/start.ts";
import type { ObjectStore } from "./cos/store/object-store.ts";
import { type Faults, setFaults } from "./faults/faults.ts";
import { type HttpsPlaces, startHttps } from "./https/start.ts";
import type { OtherRequest, RecordedRequest } from "./requests/request-log.ts";
import { startScfApi } from "./scf/api/start.ts";
import type { Mount } from "./scf/entry/entry.ts";
import type { EventShape } from "./scf/entry/http-answer.ts";
import type { FunctionRuntime } from "./scf/runtime/function-runtime.ts";
import { type FunctionDefinition, startFunctions } from "./scf/start.ts";
import { startSts } from "./sts/start.ts";
import type { CertificateAuthority } from "./tls/certificate-authority.ts";
import { startWeChat } from "./wechat/start.ts";
import type { WeChatConsole } from "./wechat/wechat.ts";

export interface EmulatorOptions {
  /** Where the functions answer; 0 picks a free port, here and below. @default 0 */
  readonly port: number;
  readonly cosPort: number;
  readonly stsPort: number;
  readonly weChatPort: number;
  /** Where SCF's management API answers, to rehearse a deployment. */
  readonly scfPort: number;
  /**
   * An address of this machine in a private network, where the functions, the page and COS answer too: anyone on that
   * network can then call the functions, and see, change and delete what is stored. 127.0.0.1 opens nothing more.
   * @default this machine only
   */
  readonly host: string | undefined;
  /**
   * Keeps the objects, the account's secrets and the local certificate authority.
   * @default a temporary folder, deleted by close()
   */
  readonly dataDirectory: string | undefined;
  /** Names of additional secrets for the functions, generated once per data folder and kept with the account's. */
  readonly secrets: readonly string[];
  /**
   * The functions that exist from the start, or a function that returns them: it is called with the other services'
   * addresses once they answer. @default none
   */
  readonly functions: FunctionsOption;
  /** Answers requests that are for no function, such as a page's. @default nothing */
  readonly mount: Mount | undefined;
  readonly eventShape: EventShape;
  /** How long a function may take over one event. */
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** For each function. */
  readonly maxInstances: number;
  /** The buckets that exist from the start, besides the default one. @default none */
  readonly buckets: readonly Bucket[];
  /**
   * How long after a failure an asynchronous event, such as a COS trigger's, is sent to the function again; at most
   * twice. By the emulated cloud's clock.
   */
  readonly retrySeconds: number;
  /** How long WeChat's mediaCheckAsync takes until it pushes its result, in milliseconds of the machine's clock. */
  readonly mediaCheckMs: number;
  /**
   * The account's domains on the CDN, in front of the default bucket. If there is one, the emulator also runs the APIs
   * of the CDN and of SSL certificates, a DNS server, and an edge where these domains and buckets' custom domains
   * answer. @default none
   */
  readonly cdnDomains: readonly string[];
  /**
   * The account's domains on EdgeOne, in front of the default bucket. Only their certificates are emulated. They start
   * the same services as `cdnDomains`. @default none
   */
  readonly edgeOneDomains: readonly string[];
  /** The account's zones in DNSPod, where SSL proves the domain of a free certificate by itself. */
  readonly dnsPodZones: readonly string[];
  /** How long a CDN change, and a certificate's application or deployment, takes. By the emulated cloud's clock. */
  readonly deploySeconds: number;
  readonly cdnPort: number;
  readonly sslPort: number;
  /** Where the CDN's names and buckets' custom domains answer, http and https. */
  readonly edgePort: number;
  /** Where the emulated DNS answers, UDP. */
  readonly dnsPort: number;
  /** Additional hosts, with or without a port, that lead to the default bucket. */
  readonly customDomains: readonly string[];
  /** The largest body that COS accepts in one request, in bytes: an object, or a part of one. */
  readonly maxObjectBytes: number;
  /** COS refuses uploads whose content-type or content-length is not signed. */
  readonly strictSignature: boolean;
  /** COS does not count plain HTTP on loopback as secure transport. */
  readonly strictTransport: boolean;
  /**
   * Refuse the policies that the API's pages forbid although Tencent's own software sends them: a `principal` in a
   * session policy, resources such as `…:prefix//<appid>/<name>/<key>`, and `image/*` as the required start of a form's
   * Content-Type. Otherwise they are allowed, and the log warns about them.
   */
  readonly strictPolicy: boolean;
  /** COS refuses a signature that begins a second ahead of its clock. Otherwise it allows 5, and the log warns. */
  readonly strictTime: boolean;
  /** The faults from the start, such as `sts=hang`; see {@link FAULT_NAMES}. */
  readonly faults: readonly string[];
  /** The account's roles: the JSON of each one's policy, by name. */
  readonly roles: Readonly<Record<string, string>>;
  /** The clock that the emulated cloud's follows; the functions use the machine's. @default Date.now */
  readonly clock: Clock;
  /** Called with one line at a time. @default prints nothing */
  readonly log: (line: string) => void;
}

export type FunctionsOption =
  | readonly FunctionDefinition[]
  | ((places: Places) => readonly FunctionDefinition[] | Promise<readonly FunctionDefinition[]>);

export const DEFAULTS: EmulatorOptions = {
  port: 0,
  cosPort: 0,
  stsPort: 0,
  weChatPort: 0,
  scfPort: 0,
  host: undefined,
  dataDirectory: undefined,
  secrets: [],
  functions: [],
  mount: undefined,
  eventShape: "function-url",
  timeoutSeconds: 10,
  memoryMb: 128,
  maxInstances: 10,
  buckets: [],
  retrySeconds: 60,
  mediaCheckMs: 1000,
  cdnDomains: [],
  edgeOneDomains: [],
  dnsPodZones: [],
  deploySeconds: 5,
  cdnPort: 0,
  sslPort: 0,
  edgePort: 0,
  dnsPort: 0,
  customDomains: [],
  maxObjectBytes: MAX_OBJECT_BYTES,
  strictSignature: false,
  strictTransport: false,
  strictPolicy: false,
  strictTime: false,
  faults: [],
  roles: {},
  clock: Date.now,
  log: () => {},
};

/** The emulated cloud's addresses and account, which functions need to know. */
export interface Places {
  readonly account: Account;
  readonly bucket: Bucket;
  /** `host:port`; it answers both http and https. */
  readonly cosHost: string;
  /** `host:port`; https only. */
  readonly stsEndpoint: string;
  /** `host:port` of WeChat's server API; https only. */
  readonly weChatEndpoint: string;
  /** The Mini Program that the emulated WeChat knows. */
  readonly miniProgram: MiniProgram;
  /** The additional secrets, by name. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** A running emulator. */
export interface Emulator extends Places {
  /** Such as `http://127.0.0.1:3000`; a function answers under `/<name>`. */
  readonly url: string;
  /** The same on the private network, with the option `host`. */
  readonly networkUrl: string | undefined;
  readonly cosUrl: string;
  /** SCF_ENDPOINT: `http://127.0.0.1:<port>`. */
  readonly scfEndpoint: string;
  /** The Mini Program's console: where WeChat pushes messages to, and the checks that it was asked for. */
  readonly weChat: WeChatConsole;
  /** The services for HTTPS in front of the bucket; undefined without `cdnDomains` and `edgeOneDomains`. */
  readonly https: HttpsPlaces | undefined;
  readonly dataDirectory: string;
  /** The JSON file of the account's secrets. */
  readonly accountFile: string;
  /** The PEM file of the authority that signed every certificate. */
  readonly caFile: string;
  /** The current authority: creating a bucket extends it to the bucket's name. */
  readonly authority: CertificateAuthority;
  readonly credentials: Cloud["credentials"];
  /** The content of the default bucket. */
  readonly store: ObjectStore;
  /** The content of any bucket; undefined if it does not exist. */
  storeOf(bucketName: string): ObjectStore | undefined;
  /** The current faults; they may be changed at any time. */
  readonly faults: Faults;
  /** By name. */
  readonly functions: ReadonlyMap<string, FunctionRuntime>;
  /**
   * Replaces a function's code while everything runs, as a deployment does: new events run the new code, and events in
   * progress finish with the old.
   *
   * @param file one file that is complete, like a package's index.js; it is copied
   * @throws {Error} for a function that did not exist from the start, or a file that cannot be read
   */
  replaceCode(name: string, file: string): Promise<void>;
  /** The clock of STS, COS and SCF's API. Move it past an expiry; the functions use the machine's clock. */
  readonly clock: SettableClock;
  /** The last thousand requests of every service, the newest last. It grows while the emulator runs. */
  readonly requests: readonly RecordedRequest[];
  /** Adds a request to something outside the emulated cloud, such as the receiver of a webhook. */
  record(request: OtherRequest): void;
  /**
   * Puts every file of a folder into a bucket, under its path in the folder, with its extension's type.
   *
   * @param bucketName @default the default bucket's
   * @returns the keys, sorted
   * @throws {Error} for a folder that cannot be read, a path that is not an object key, or a bucket that does not exist
   */
  seed(folder: string, bucketName?: string): Promise<readonly string[]>;
  /**
   * Applies the buckets' lifecycle rules as of now. COS does so once a day, the emulator only when asked to, here or by
   * `POST /_emulator/lifecycle`.
   *
   * @param now milliseconds since the Unix epoch. @default the emulator's clock
   */
  applyLifecycle(now?: number): Promise<LifecycleOutcome>;
  /**
   * Restores the state after the start, between two tests: no objects, uploads and settings, no buckets but those of
   * the start, no credentials, no functions deployed since, no requests in the log; the faults and the clock of the
   * start, and new instances of the functions. Addresses, the account and its secrets stay. Anything in progress may
   * fail.
   */
  reset(): Promise<void>;
  /** Says where everything is, for people: each item is a label and a text. */
  describe(): readonly (readonly [label: string, text: string])[];
  /** Stops everything that the emulator started; a second call waits for the first. */
  close(): Promise<void>;
}

/**
 * Starts the local cloud on the loopback address: STS, WeChat's API, COS, SCF's API, and the functions behind their
 * HTTP entry. Resolves when everything answers; on any error, it stops what it started and then rejects.
 *
 * @throws {PortError} when a port is taken or may not be opened
 * @throws {FolderInUseError} when another emulator uses the data folder
 * @throws {FolderError} when the data folder cannot be created or written to
 * @throws {AccountFileError} when the data folder's account file cannot be used
 * @throws {EnvironmentError} when SCF would not accept a variable of a function
 * @throws {RoleError} when CAM would not accept a role
 * @throws {TypeError} for an unknown fault, or a host that is not an address of this machine in a private network
 * @throws {CosError} for a bucket that the account may not have
 */
export async function startEmulator(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  const running = new Running();
  try {
    const { host, ...others } = { ...DEFAULTS, ...options };
    if (host !== undefined && !isOwnPrivateAddress(host)) {
      throw new TypeError(
        `The host ${JSON.stringify(host)} is not an address of this machine in a private network.`,
      );
    }
    // It answers on the loopback address anyway, so the same ports would be taken.
    return await start({ ...others, host: host === LOOPBACK ? undefined : host }, running);
  } catch (error) {
    await running.stop();
    throw error;
  }
}

/**
 * Checks what {@link startEmulator} needs of the machine: free ports, and a data folder that no other emulator uses.
 * For callers that have work to do before they start one.
 *
 * @throws {PortError | FolderInUseError | FolderError | NotOwnError}
 */
export async function checkEmulator(
  options: Pick<
    EmulatorOptions,
    "dataDirectory" | "port" | "cosPort" | "stsPort" | "weChatPort" | "scfPort"
  > &
    Partial<Pick<EmulatorOptions, "cdnDomains" | "edgeOneDomains" | "cdnPort" | "sslPort" | "edgePort">>,
): Promise<void> {
  if (options.dataDirectory !== undefined) await (await lockFolder(options.dataDirectory)).stop();
  await checkPorts([
    ["functions", options.port],
    ["COS", options.cosPort],
    ["STS", options.stsPort],
    ["WeChat", options.weChatPort],
    ["SCF", options.scfPort],
    ...([...(options.cdnDomains ?? []), ...(options.edgeOneDomains ?? [])].length === 0
      ? []
      : ([
          ["CDN", options.cdnPort ?? 0],
          ["SSL", options.sslPort ?? 0],
          ["edge", options.edgePort ?? 0],
        ] as const)),
  ]);
}

async function start(settings: EmulatorOptions, running: Running): Promise<Emulator> {
  const { dataDirectory = await temporaryFolder(running), eventShape, maxInstances, retrySeconds } = settings;
  await running.add(lockFolder(dataDirectory));
  const clock = settableClock(settings.clock);
  const cloud = await openCloud({ ...settings, dataDirectory, clock: clock.now });
  const { account, miniProgram, secrets, bucket, ownNames, credentials, faults } = cloud;

  const sts = await running.add(startSts({ ...settings, port: settings.stsPort }, cloud));
  const weChat = await running.add(startWeChat({ ...settings, port: settings.weChatPort }, cloud));
  const cos = await running.add(startCos({ ...settings, port: settings.cosPort }, cloud));
  const scf = await running.add(
    startScfApi({ port: settings.scfPort, eventShape, maxInstances, retrySeconds }, cloud),
  );
  const https =
    settings.cdnDomains.length + settings.edgeOneDomains.length === 0
      ? undefined
      : await running.add(startHttps(settings, { cos, scf }, cloud));
  const places: Places = {
    account,
    bucket,
    cosHost: cos.host,
    stsEndpoint: sts.endpoint,
    weChatEndpoint: weChat.endpoint,
    miniProgram,
    secrets,
  };
  const { functions: given } = settings;
  const functions = typeof given === "function" ? await given(places) : given;
  const applyLifecycle = (now = clock.now()) => cos.applyLifecycle(now);
  const controls = new Map([["/_emulator/lifecycle", () => applyLifecycle()]]);
  const entry = await running.add(startFunctions({ ...settings, functions, controls }, cloud));
  const services: readonly Service[] = [
    entry,
    cos,
    sts,
    weChat,
    scf,
    ...(https === undefined ? [] : [https]),
  ];
  return {
    ...places,
    url: entry.url,
    networkUrl: entry.networkUrl,
    cosUrl: `http://${cos.host}`,
    scfEndpoint: scf.endpoint,
    weChat: weChat.console,
    https: https?.places,
    dataDirectory: cloud.dataDirectory,
    accountFile: cloud.accountFile,
    caFile: ownNames.authority.caFile,
    get authority() {
      return ownNames.authority;
    },
    credentials,
    store: cos.store,
    faults,
    functions: entry.functions,
    replaceCode: entry.replaceCode,
    clock,
    requests: cloud.requests.entries,
    record: (request) => cloud.requests.add(request),
    storeOf: cos.storeOf,
    applyLifecycle,
    seed: async (folder, bucketName = bucket.name) => {
      const store = cos.storeOf(bucketName);
      if (store === undefined)
        throw new Error(`There is no bucket ${bucketName}; the option buckets creates one.`);
      return seed(store, folder, clock.now);
    },
    reset: async () => {
      clock.reset();
      setFaults(faults, settings.faults);
      for (const service of services) await service.reset();
      cloud.requests.clear();
    },
    describe: () => services.flatMap((service) => service.describe()),
    close: () => running.stop(),
  };
}

async function temporaryFolder(running: Running): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "cos-emulator-"));
  running.onStop(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
