import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { SecureContext } from "node:tls";
import { array, object, optional, record, string, unknown } from "valibot";
import { closeToOthers, readOwn } from "../../cloud/own-files.ts";
import { writePrivately } from "../../cloud/write-privately.ts";
import { keptContexts } from "../../tls/kept-contexts.ts";
import { type BucketPolicy, parseBucketPolicy } from "./bucket-policy.ts";
import { type Configurations, READERS } from "./configurations.ts";
import { checkPair, type DomainCertificate } from "./domain-certificate.ts";
import { type DomainRule, isOf, readDomainRule } from "./domain-configuration.ts";
import { readStored } from "./parse-json.ts";

/** The file's content, as JSON. */
interface Stored {
  readonly policy?: string | undefined;
  readonly domains: readonly DomainRule[];
  readonly certificates: Readonly<Record<string, DomainCertificate>>;
  /** By name, for READERS. */
  readonly configurations?: Readonly<Record<string, unknown>>;
}

const SettingsFile = object({
  policy: optional(string()),
  domains: array(object({ name: string(), status: string(), type: string() })),
  certificates: record(string(), object({ certificate: string(), privateKey: string() })),
  configurations: optional(record(string(), unknown()), {}),
});

const contextOf = keptContexts(({ certificate, privateKey }: DomainCertificate) => ({
  cert: certificate,
  key: privateKey,
}));

type ConfigurationName = keyof Configurations;

/**
 * The bucket's configuration: its policy, its custom domains and their certificates, and all else by name. Every change
 * is written to the file before it takes effect. Only the owner can read the file, which contains the certificates'
 * keys.
 */
export class BucketSettings {
  readonly #file: string | undefined;
  #policy: BucketPolicy | undefined;
  #domains: readonly DomainRule[] = [];
  #certificates: ReadonlyMap<string, DomainCertificate> = new Map();
  #kept: Readonly<Record<string, unknown>> = {};
  #configurations: Partial<Configurations> = {};
  /** The end of the last change. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(file: string | undefined) {
    this.#file = file;
  }

  /** Settings that end with the process. */
  static inMemory(): BucketSettings {
    return new BucketSettings(undefined);
  }

  /**
   * Settings that are kept in this file, which need not exist yet.
   *
   * @throws {Error} when the file is not one that this class wrote
   * @throws {NotOwnError} when the file belongs to another user
   */
  static async open(file: string): Promise<BucketSettings> {
    const settings = new BucketSettings(file);
    const text = await readOwn(file);
    if (text === undefined) return settings;
    try {
      settings.#load(text);
    } catch (error) {
      throw new Error(`${file} cannot be read; remove it to start without the bucket's settings`, {
        cause: error,
      });
    }
    await closeToOthers(file);
    return settings;
  }

  /** Removes all settings. */
  clear(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#write({ domains: [], certificates: {} });
      this.#policy = undefined;
      this.#domains = [];
      this.#certificates = new Map();
      this.#kept = {};
      this.#configurations = {};
    });
  }

  /** Undefined if none is set. */
  get<Name extends ConfigurationName>(name: Name): Configurations[Name] | undefined {
    return this.#configurations[name];
  }

  /**
   * Replaces the configuration of this name.
   *
   * @param kept what to write to the file, as JSON, for the configuration's reader
   * @throws {CosError} from the reader
   */
  put(name: ConfigurationName, kept: unknown): Promise<void> {
    return this.update(name, () => kept);
  }

  /** Removes the configuration of this name, if there is one. */
  delete(name: ConfigurationName): Promise<void> {
    return this.update(name, () => undefined);
  }

  /**
   * Changes the configuration of this name; no other change comes between reading it and writing it.
   *
   * @param change from what it is, if there is one, to what to write to the file, or undefined to remove it
   * @throws {CosError} from the reader, and whatever `change` throws
   */
  update<Name extends ConfigurationName>(
    name: Name,
    change: (before: Configurations[Name] | undefined) => unknown,
  ): Promise<void> {
    return this.#inTurn(async () => {
      const kept = change(this.#configurations[name]);
      const { [name]: _, ...others } = this.#kept;
      const configurations = kept === undefined ? others : { ...others, [name]: kept };
      const read = readConfigurations(configurations);
      await this.#write({ ...this.#stored(), configurations });
      this.#kept = configurations;
      this.#configurations = read;
    });
  }

  get policy(): BucketPolicy | undefined {
    return this.#policy;
  }

  setPolicy(policy: BucketPolicy | undefined): Promise<void> {
    return this.#inTurn(async () => {
      await this.#write({ ...this.#stored(), policy: policy?.text });
      this.#policy = policy;
    });
  }

  get domains(): readonly DomainRule[] {
    return this.#domains;
  }

  /** Replaces all domains, and removes the certificates of those that are gone. */
  setDomains(domains: readonly DomainRule[]): Promise<void> {
    return this.#inTurn(async () => {
      const kept = new Map(
        [...this.#certificates].filter(([name]) => domains.some((rule) => isOf(rule, name))),
      );
      await this.#write({ ...this.#stored(), domains, certificates: Object.fromEntries(kept) });
      this.#domains = domains;
      this.#certificates = kept;
    });
  }

  certificate(domain: string): DomainCertificate | undefined {
    return this.#certificates.get(domain);
  }

  setCertificate(domains: readonly string[], certificate: DomainCertificate | undefined): Promise<void> {
    return this.#inTurn(async () => {
      const certificates = new Map(this.#certificates);
      for (const name of domains) {
        if (certificate === undefined) certificates.delete(name);
        else certificates.set(name, certificate);
      }
      await this.#write({ ...this.#stored(), certificates: Object.fromEntries(certificates) });
      this.#certificates = certificates;
    });
  }

  /** The TLS context for a connection to this name; undefined if it has no certificate of its own. */
  secureContext(servername: string): SecureContext | undefined {
    const found = this.#certificates.get(servername.toLowerCase());
    return found && contextOf(found);
  }

  /** Changes happen one after the other: each writes all that is kept, and would undo one that it has not seen. */
  #inTurn(change: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(change);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #stored(): Stored {
    return {
      policy: this.#policy?.text,
      domains: this.#domains,
      certificates: Object.fromEntries(this.#certificates),
      configurations: this.#kept,
    };
  }

  #load(text: string): void {
    const stored = readStored(SettingsFile, text);
    if (stored === undefined) throw new TypeError("it is not what this class wrote");
    const { policy, domains, certificates, configurations } = stored;
    this.#policy = policy === undefined ? undefined : parseBucketPolicy(policy, () => {});
    this.#domains = domains.map(({ name, status, type }) => readDomainRule(name, status, type));
    for (const { certificate, privateKey } of Object.values(certificates)) checkPair(certificate, privateKey);
    this.#certificates = new Map(Object.entries(certificates));
    this.#kept = configurations;
    this.#configurations = readConfigurations(this.#kept);
  }

  async #write(stored: Stored): Promise<void> {
    if (this.#file === undefined) return;
    await mkdir(dirname(this.#file), { recursive: true });
    await writePrivately(this.#file, JSON.stringify(stored, null, 2), 0o600);
  }
}

/** @throws {TypeError} for what READERS cannot read */
function readConfigurations(kept: Readonly<Record<string, unknown>>): Partial<Configurations> {
  const read: { -readonly [Name in ConfigurationName]?: Configurations[Name] } = {};
  const readOne = <Name extends ConfigurationName>(name: Name) => {
    if (!Object.hasOwn(kept, name)) return;
    const value = READERS[name](kept[name]);
    if (value === undefined) throw new TypeError(`${name} is not what this class wrote`);
    read[name] = value;
  };
  for (const name of Object.keys(READERS)) if (isConfigurationName(name)) readOne(name);
  return read;
}

function isConfigurationName(name: string): name is ConfigurationName {
  return Object.hasOwn(READERS, name);
}
