import { createSecureContext, type SecureContext } from "node:tls";
import type { Bucket } from "../cloud/account.ts";
import type { Clock } from "../cloud/clock.ts";
import { type CertificateAuthority, extendCertificateAuthority } from "./certificate-authority.ts";
import { bucketHosts } from "./names.ts";
import { issueServerCertificate } from "./server-certificate.ts";

/**
 * The certificates of buckets' own names. Those of the start are in the one that every port shows; the others, of
 * buckets that were made meanwhile or kept from an earlier run, are added as the buckets come.
 */
export class OwnNames {
  #authority: CertificateAuthority;
  readonly #clock: Clock;
  readonly #log: (line: string) => void;
  readonly #there: Set<string>;
  readonly #contexts = new Map<string, SecureContext>();
  readonly #watchers: ((authority: CertificateAuthority) => Promise<void>)[] = [];
  #queue: Promise<unknown> = Promise.resolve();

  /**
   * @param shown the names that need no certificate of their own
   * @param log is told when clients need the authority's new certificate
   */
  constructor(
    authority: CertificateAuthority,
    shown: readonly string[],
    clock: Clock,
    log: (line: string) => void,
  ) {
    this.#authority = authority;
    this.#there = new Set(shown);
    this.#clock = clock;
    this.#log = log;
  }

  /** As it is now. */
  get authority(): CertificateAuthority {
    return this.#authority;
  }

  /** Hands over the authority, now and whenever it was extended. */
  async watch(watcher: (authority: CertificateAuthority) => Promise<void>): Promise<void> {
    this.#watchers.push(watcher);
    await watcher(this.#authority);
  }

  /** From when this resolves, the buckets have HTTPS by their own names, for whoever reads the authority's file then. */
  add(buckets: readonly Bucket[]): Promise<void> {
    const done = this.#queue.then(async () => {
      const names = bucketHosts(buckets).filter((name) => !this.#there.has(name));
      if (names.length === 0) return;
      this.#authority = await extendCertificateAuthority(this.#authority, this.#clock, this.#log, names);
      for (const watcher of this.#watchers) await watcher(this.#authority);
      const context = createSecureContext(await issueServerCertificate(this.#authority, names, this.#clock));
      for (const name of names) {
        this.#contexts.set(name, context);
        this.#there.add(name);
      }
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }

  /** What a TLS connection to this name is answered with; undefined where every other one's certificate does. */
  secureContext(servername: string): SecureContext | undefined {
    return this.#contexts.get(servername.toLowerCase());
  }
}
