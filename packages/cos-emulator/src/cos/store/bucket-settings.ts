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
  async clear(): Promise<void> {
    await this.#write({ domains: [], certificates: {} });
    this.#policy = undefined;
    this.#domains = [];
    this.#certificates = new Map();
    this.#kept = {};
    this.#configurations = {};
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
  async put(name: ConfigurationName, kept: unknown): Promise<void> {
    const configurations = { ...this.#kept, [name]: kept };
    const read = readConfigurations(configurations);
    await this.#write({ ...this.#stored(), configurations });
    this.#kept = configurations;
    this.#configurations = read;
  }

  /** Removes the configuration of this name, if there is one. */
  async delete(name: ConfigurationName): Promise<void> {
    const { [name]: _, ...configurations } = this.#kept;
    await this.#write({ ...this.#stored(), configurations });
    this.#kept = configurations;
    this.#configurations = readConfigurations(configurations);
  }

  get policy(): BucketPolicy | undefined {
    return this.#policy;
  }

  async setPolicy(policy: BucketPolicy | undefined): Promise<void> {
    await this.#write({ ...this.#stored(), policy: policy?.text });
    this.#policy = policy;
  }

  get domains(): readonly DomainRule[] {
    return this.#domains;
  }

  /** Replaces all domains, and removes the certificates of those that are gone. */
  async setDomains(domains: readonly DomainRule[]): Promise<void> {
    const kept = new Map(
      [...this.#certificates].filter(([name]) => domains.some((rule) => isOf(rule, name))),
    );
    await this.#write({ ...this.#stored(), domains, certificates: Object.fromEntries(kept) });
    this.#domains = domains;
    this.#certificates = kept;
  }

  certificate(domain: string): DomainCertificate | undefined {
    return this.#certificates.get(domain);
  }

  async setCertificate(
    domains: readonly string[],
    certificate: DomainCertificate | undefined,
  ): Promise<void> {
    const certificates = new Map(this.#certificates);
    for (const name of domains) {
      if (certificate === undefined) certificates.delete(name);
      else certificates.set(name, certificate);
    }
    await this.#write({ ...this.#stored(), certificates: Object.fromEntries(certificates) });
    this.#certificates = certificates;
  }

  /** The TLS context for a connection to this name; undefined if it has no certificate of its own. */
  secureContext(servername: string): SecureContext | undefined {
    const found = this.#certificates.get(servername.toLowerCase());
    return found && contextOf(found);
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
