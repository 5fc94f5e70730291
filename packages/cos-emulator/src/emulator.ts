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
   * An address of this machine in a private network, where the functions, the page and COS answer too: whoever is in
   * that network may then call the functions, and see, change and delete what is stored. 127.0.0.1 opens nothing more.
   * @default this machine only
   */
  readonly host: string | undefined;
  /** Keeps the objects, the account's secrets and the local certificate authority. @default a temporary folder, which goes at the end */
  readonly dataDirectory: string | undefined;
  /** Names of further secrets, for the functions, that are drawn for the data folder and kept with the account's. */
  readonly secrets: readonly string[];
  /**
   * The functions that are there from the start, or what makes them, which is asked once the other services answer and
   * told where they are. @default none
   */
  readonly functions: FunctionsOption;
  /** What answers beside the functions, such as a page. @default nothing */
  readonly mount: Mount | undefined;
  readonly eventShape: EventShape;
  /** How long a function may take over one event. */
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Of each function. */
  readonly maxInstances: number;
  /** The buckets that are there from the start, beside the default one. @default none */
  readonly buckets: readonly Bucket[];
  /**
   * How long after a failure a function gets an event again that nobody waits for, such as a COS trigger's; at most
   * twice more. By the emulated cloud's clock.
   */
  readonly retrySeconds: number;
  /** From a call of WeChat's mediaCheckAsync to the push of its result, in milliseconds of the machine's clock. */
  readonly mediaCheckMs: number;
  /**
   * Names that the account has on the CDN, in front of the default bucket. With any, the APIs of CDN and SSL
   * certificates are there too, a DNS, and an edge where these names and buckets' custom domains answer. @default none
   */
  readonly cdnDomains: readonly string[];
  /**
   * Names that the account has on EdgeOne, in front of the default bucket, as far as certificates go. They bring the same
   * services as `cdnDomains`. @default none
   */
  readonly edgeOneDomains: readonly string[];
  /** The zones that the account has in DNSPod, for which a free certificate needs nobody's help. */
  readonly dnsPodZones: readonly string[];
  /** How long a change of the CDN, a certificate's deployment and an application take. By the emulated cloud's clock. */
  readonly deploySeconds: number;
  readonly cdnPort: number;
  readonly sslPort: number;
  /** Where the CDN's names and buckets' custom domains answer, http and https. */
  readonly edgePort: number;
  /** Of the emulated DNS, UDP. */
  readonly dnsPort: number;
  /** Further hosts, with a port or without, that lead to the bucket. */
  readonly customDomains: readonly string[];
  /** The largest body that COS takes in one request, in bytes: an object, or a part of one. */
  readonly maxObjectBytes: number;
  /** COS refuses uploads whose content-type or content-length is not signed. */
  readonly strictSignature: boolean;
  /** COS does not take plain HTTP on loopback for secure transport. */
  readonly strictTransport: boolean;
  /**
   * Refuse the policies that the API's pages forbid and Tencent's own software sends all the same: a `principal` in a
   * session policy, resources such as `…:prefix//<appid>/<name>/<key>`, and `image/*` as the beginning of a form's
   * Content-Type. Else the log warns of them.
   */
  readonly strictPolicy: boolean;
  /** COS refuses a signature that begins a second ahead of its clock. Else up to 5 may, and the log warns of it. */
  readonly strictTime: boolean;
  /** What misbehaves from the start, such as `sts=hang`; see {@link FAULT_NAMES}. */
  readonly faults: readonly string[];
  /** The account's roles: by name, the JSON text of what each may do. */
  readonly roles: Readonly<Record<string, string>>;
  /** The clock that the emulated cloud's follows; the functions have the machine's. @default Date.now */
  readonly clock: Clock;
  /** Given a line at a time. @default nothing is said */
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

/** Where the emulated cloud is, and whose it is: what its functions need to be told. */
export interface Places {
  readonly account: Account;
  readonly bucket: Bucket;
  /** `host:port`; it answers both http and https. */
  readonly cosHost: string;
  /** `host:port`; https only. */
  readonly stsEndpoint: string;
  /** `host:port` of WeChat's server API; https only. */
  readonly weChatEndpoint: string;
  /** Whom the emulated WeChat knows. */
  readonly miniProgram: MiniProgram;
  /** The further secrets that were asked for, by name. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** A running emulator. */
export interface Emulator extends Places {
  /** Such as `http://127.0.0.1:3000`; a function answers under `/<name>`. */
  readonly url: string;
  /** The same in the private network, with the option `host`. */
  readonly networkUrl: string | undefined;
  readonly cosUrl: string;
  /** SCF_ENDPOINT: `http://127.0.0.1:<port>`. */
  readonly scfEndpoint: string;
  /** The Mini Program's console: where WeChat pushes messages to, and what it was asked to check. */
  readonly weChat: WeChatConsole;
  /** Where HTTPS from the account is; undefined without `cdnDomains` and `edgeOneDomains`. */
  readonly https: HttpsPlaces | undefined;
  readonly dataDirectory: string;
  /** The JSON file of the account's secrets. */
  readonly accountFile: string;
  /** The PEM file of the authority that signed every certificate. */
  readonly caFile: string;
  /** As it is now: a bucket that is made while it runs has it extended. */
  readonly authority: CertificateAuthority;
  readonly credentials: Cloud["credentials"];
  /** What is in the default bucket. */
  readonly store: ObjectStore;
  /** What is in any bucket; undefined for one that does not exist. */
  storeOf(bucketName: string): ObjectStore | undefined;
  /** What misbehaves; may be changed while it runs. */
  readonly faults: Faults;
  /** By name. */
  readonly functions: ReadonlyMap<string, FunctionRuntime>;
  /**
   * Gives a function other code while everything runs, as a deployment does: events from now on run it, those under way
   * are finished by the old.
   *
   * @param file one file, as a package's index.js; it is copied
   * @throws {Error} for a function that was not there from the start, or a file that cannot be read
   */
  replaceCode(name: string, file: string): Promise<void>;
  /** The time of STS, COS and SCF's API, to be put forward past an expiry; the functions have the machine's. */
  readonly clock: SettableClock;
  /** The last thousand requests of every service, the newest last. It grows while the emulator runs. */
  readonly requests: readonly RecordedRequest[];
  /** Adds one of something that stands beside the emulated cloud, such as the receiver of a webhook. */
  record(request: OtherRequest): void;
  /**
   * Puts every file of a folder into a bucket, under its path in the folder, with its extension's type.
   *
   * @param bucketName @default the default bucket's
   * @returns the keys, sorted
   * @throws {Error} for a folder that cannot be read, a path that is no object key, or a bucket that does not exist
   */
  seed(folder: string, bucketName?: string): Promise<readonly string[]>;
  /**
   * Does what the lifecycle rules of the buckets say for this moment; COS does so once a day, and the emulator only
   * when it is asked to, here or by `POST /_emulator/lifecycle`.
   *
   * @param now milliseconds since the Unix epoch. @default the emulator's clock
   */
  applyLifecycle(now?: number): Promise<LifecycleOutcome>;
  /**
   * Makes it as it was after the start, between two tests: no objects, uploads and settings, no buckets but those of the start, no
   * credentials, no functions deployed since, no requests in the log; the faults and the clock of the start, and new
   * instances of the functions. Addresses, the account and its secrets stay. What is under way meanwhile may fail.
   */
  reset(): Promise<void>;
  /** Where everything is, for people: a label and a text each. */
  describe(): readonly (readonly [label: string, text: string])[];
  /** Ends everything that the emulator started; a second call waits for the first. */
  close(): Promise<void>;
}

/**
 * Starts the local cloud on the loopback address: STS, WeChat's API, COS, SCF's API, and the functions behind their
 * HTTP entry. Resolves when everything answers; on any error, what was started is ended before it rejects.
 *
 * @throws {PortError} when a port is taken or may not be opened
 * @throws {FolderInUseError} when another emulator works in the data folder
 * @throws {FolderError} when the data folder cannot be made or written to
 * @throws {AccountFileError} when what the data folder keeps of the account cannot be used
 * @throws {EnvironmentError} when SCF would not take a variable of a function
 * @throws {RoleError} when CAM would not take a role
 * @throws {TypeError} for a fault that is none, and a host that is no address of this machine in a private network
 * @throws {CosError} for a bucket that the account may not have
 */
export async function startEmulator(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  const running = new Running();
  try {
    const { host, ...others } = { ...DEFAULTS, ...options };
    if (host !== undefined && !isOwnPrivateAddress(host)) {
      throw new TypeError(
        `The host ${JSON.stringify(host)} is no address of this machine in a private network.`,
      );
    }
    // There it answers anyway; the same ports would be taken.
    return await start({ ...others, host: host === LOOPBACK ? undefined : host }, running);
  } catch (error) {
    await running.stop();
    throw error;
  }
}

/**
 * What {@link startEmulator} would refuse of the machine: a taken port, a data folder in which another emulator works.
 * For whoever has work to do first.
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
