/** The records of a name. */
export interface DnsRecords {
  /** What the name points to. It cannot be combined with other records (RFC 1034, section 3.6.2). */
  readonly cname?: string;
  readonly txt?: readonly string[];
}

/** The names that the emulated DNS knows: those of the emulated cloud, and those that a test or a person sets. */
export class Zone {
  readonly #set = new Map<string, DnsRecords>();
  readonly #sources: ((name: string) => string | undefined)[] = [];

  /** Adds a service that knows its names' targets. Records that are set win, then the first service with the name. */
  from(cnameOf: (name: string) => string | undefined): void {
    this.#sources.push(cnameOf);
  }

  /** Replaces the records of a name; `{}` leaves it without any. */
  set(name: string, records: DnsRecords): void {
    this.#set.set(name.toLowerCase(), records);
  }

  /** Removes the records that were set, so that the services' own names remain. */
  clear(): void {
    this.#set.clear();
  }

  cnameOf(name: string): string | undefined {
    const key = name.toLowerCase().replace(/\.$/, "");
    const records = this.#set.get(key);
    if (records !== undefined) return records.cname;
    for (const source of this.#sources) {
      const target = source(key);
      if (target !== undefined) return target;
    }
    return undefined;
  }

  textOf(name: string): readonly string[] {
    return this.#set.get(name.toLowerCase().replace(/\.$/, ""))?.txt ?? [];
  }

  /** Whether there is a record of this name. */
  has(name: string): boolean {
    return this.cnameOf(name) !== undefined || this.textOf(name).length > 0;
  }
}
