import { createSecureContext, type SecureContext } from "node:tls";
import type { Bucket } from "../cloud/account.ts";
import type { Clock } from "../cloud/clock.ts";
import { type CertificateAuthority, extendCertificateAuthority } from "./certificate-authority.ts";
import { bucketHosts } from "./names.ts";
import { issueServerCertificate } from "./server-certificate.ts";

/**
 * The certificates of buckets' own hosts. The certificate that every port presents covers those of the start. Those of
 * buckets that were created later, or kept from an earlier run, are added with the buckets.
 */
export class OwnNames {
  #authority: CertificateAuthority;
  readonly #clock: Clock;
  readonly #log: (line: string) => void;
  readonly #covered: Set<string>;
  readonly #contexts = new Map<string, SecureContext>();
  readonly #watchers: ((authority: CertificateAuthority) => Promise<void>)[] = [];
  #queue: Promise<unknown> = Promise.resolve();

  /**
   * @param covered the names that need no certificate of their own
   * @param log called when clients need the authority's new certificate
   */
  constructor(
    authority: CertificateAuthority,
    covered: readonly string[],
    clock: Clock,
    log: (line: string) => void,
  ) {
    this.#authority = authority;
    this.#covered = new Set(covered);
    this.#clock = clock;
    this.#log = log;
  }

  /** The current authority. */
  get authority(): CertificateAuthority {
    return this.#authority;
  }

  /** Calls `watcher` with the authority, now and whenever it is extended. */
  async watch(watcher: (authority: CertificateAuthority) => Promise<void>): Promise<void> {
    this.#watchers.push(watcher);
    await watcher(this.#authority);
  }

  /** Once this resolves, the buckets' own hosts have HTTPS, for clients that then read the authority's file. */
  add(buckets: readonly Bucket[]): Promise<void> {
    const done = this.#queue.then(async () => {
      const names = bucketHosts(buckets).filter((name) => !this.#covered.has(name));
      if (names.length === 0) return;
      this.#authority = await extendCertificateAuthority(this.#authority, this.#clock, this.#log, names);
      for (const watcher of this.#watchers) await watcher(this.#authority);
      const context = createSecureContext(await issueServerCertificate(this.#authority, names, this.#clock));
      for (const name of names) {
        this.#contexts.set(name, context);
        this.#covered.add(name);
      }
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }

  /** The TLS context for a connection to this name; undefined if the common certificate covers it. */
  secureContext(servername: string): SecureContext | undefined {
    return this.#contexts.get(servername.toLowerCase());
  }
}
