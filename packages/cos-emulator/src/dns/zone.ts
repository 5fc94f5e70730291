/** What the DNS says of a name. */
export interface DnsRecords {
  /** Where the name leads. It may not be set beside other records (RFC 1034, section 3.6.2). */
  readonly cname?: string;
  readonly txt?: readonly string[];
}

/** The names that the emulated DNS knows: those of the emulated cloud by themselves, and what a test or a person sets. */
export class Zone {
  readonly #set = new Map<string, DnsRecords>();
  readonly #sources: ((name: string) => string | undefined)[] = [];

  /** Has a service say where its names lead, unless a record was set for one. The first that knows a name decides. */
  from(cnameOf: (name: string) => string | undefined): void {
    this.#sources.push(cnameOf);
  }

  /** Sets what the DNS says of a name, in place of what it said; `{}` says nothing of it. */
  set(name: string, records: DnsRecords): void {
    this.#set.set(name.toLowerCase(), records);
  }

  /** Goes back to what the services say of themselves. */
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

  /** Whether the DNS has anything under this name. */
  has(name: string): boolean {
    return this.cnameOf(name) !== undefined || this.textOf(name).length > 0;
  }
}
