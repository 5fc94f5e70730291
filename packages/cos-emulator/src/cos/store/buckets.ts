import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SecureContext } from "node:tls";
import { number, object, string } from "valibot";
import type { Bucket } from "../../cloud/account.ts";
import { openOwnFolder } from "../../cloud/own-files.ts";
import { BucketSettings } from "./bucket-settings.ts";
import { isOf } from "./domain-configuration.ts";
import { ObjectStore } from "./object-store.ts";
import { readStored } from "./parse-json.ts";

/** One bucket and its content. */
export interface OpenBucket {
  readonly bucket: Bucket;
  readonly store: ObjectStore;
  readonly settings: BucketSettings;
  /** When it was created, in milliseconds since the Unix epoch. */
  readonly created: number;
}

/** An account's buckets (https://cloud.tencent.com/document/product/436/14518). */
const MAX_BUCKETS = 200;

const BUCKET_FILE = "created.json";

/** Thrown when the account has too many buckets to create another. */
export class TooManyBuckets extends Error {
  override readonly name = "TooManyBuckets";
}

/**
 * The account's buckets. The default one exists at every start, and an address without a bucket's name leads to it.
 * Each of the others has a folder with its name, for its objects, its settings, and where and when it was created.
 */
export class Buckets {
  readonly default: OpenBucket;
  readonly #folder: string | undefined;
  readonly #welcome: (buckets: readonly Bucket[]) => Promise<void>;
  readonly #open = new Map<string, OpenBucket>();
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(
    first: OpenBucket,
    folder: string | undefined,
    welcome: (buckets: readonly Bucket[]) => Promise<void>,
  ) {
    this.default = first;
    this.#folder = folder;
    this.#welcome = welcome;
    this.#open.set(first.bucket.name, first);
  }

  /** Only the default bucket; no other can be created. */
  static only(first: OpenBucket): Buckets {
    return new Buckets(first, undefined, async () => {});
  }

  /**
   * The default bucket, and those in `folder`, which need not exist yet.
   *
   * @param welcome called for new buckets before they can be used
   */
  static async open(
    first: OpenBucket,
    folder: string,
    welcome: (buckets: readonly Bucket[]) => Promise<void> = async () => {},
  ): Promise<Buckets> {
    const buckets = new Buckets(first, folder, welcome);
    await openOwnFolder(folder);
    for (const name of await readdir(folder)) {
      const text = await readFile(join(folder, name, BUCKET_FILE), "utf8").catch(() => "");
      const created = readStored(Created, text);
      if (created === undefined) continue;
      buckets.#open.set(name, await buckets.#openIn(folder, { name, region: created.region }, created.at));
    }
    await welcome(buckets.all().map(({ bucket }) => bucket));
    return buckets;
  }

  /** Every bucket, by name. */
  all(): readonly OpenBucket[] {
    return [...this.#open.values()].sort((a, b) => (a.bucket.name < b.bucket.name ? -1 : 1));
  }

  /** Undefined for one that does not exist. */
  find(name: string): OpenBucket | undefined {
    return this.#open.get(name);
  }

  /** The bucket that has this custom domain. */
  withDomain(domain: string): OpenBucket | undefined {
    return this.all().find(({ settings }) =>
      settings.domains.some((rule) => rule.status === "ENABLED" && isOf(rule, domain)),
    );
  }

  /** The TLS context of a custom domain; undefined if it has no certificate. */
  secureContext(servername: string): SecureContext | undefined {
    for (const { settings } of this.#open.values()) {
      const context = settings.secureContext(servername);
      if (context !== undefined) return context;
    }
    return undefined;
  }

  /**
   * Creates a bucket; false when one of this name exists, in whatever region.
   *
   * @param at milliseconds since the Unix epoch
   * @param prepare sets what the bucket has from the start
   * @throws {TooManyBuckets} or what `prepare` throws
   */
  create(
    bucket: Bucket,
    at: number,
    prepare: (settings: BucketSettings) => Promise<void> = async () => {},
  ): Promise<boolean> {
    return this.#inTurn(async () => {
      if (this.#open.has(bucket.name)) return false;
      if (bucket.name === this.default.bucket.name) {
        await prepare(this.default.settings);
        await this.#welcome([bucket]);
        this.#open.set(bucket.name, { ...this.default, bucket, created: at });
        return true;
      }
      if (this.#folder === undefined || this.#open.size >= MAX_BUCKETS) throw new TooManyBuckets(bucket.name);
      const opened = await this.#openIn(this.#folder, bucket, at);
      await prepare(opened.settings);
      await this.#welcome([bucket]);
      const created = JSON.stringify({ region: bucket.region, at });
      await writeFile(join(this.#folder, bucket.name, BUCKET_FILE), created);
      this.#open.set(bucket.name, opened);
      return true;
    });
  }

  /** Deletes a bucket and everything in it; the default one exists again at the next start. */
  delete(name: string): Promise<void> {
    return this.#inTurn(async () => {
      const found = this.#open.get(name);
      if (found === undefined) return;
      this.#open.delete(name);
      await found.settings.clear();
      if (this.#folder === undefined || name === this.default.bucket.name) return;
      await found.store.close();
      await rm(join(this.#folder, name, BUCKET_FILE), { force: true });
      await rm(join(this.#folder, name), { recursive: true, force: true });
    });
  }

  /** Leaves only the default bucket, empty and without settings. */
  async reset(): Promise<void> {
    const { store, settings, bucket } = this.default;
    for (const { bucket: other } of this.all()) await this.delete(other.name);
    await this.#inTurn(async () => {
      await store.clear();
      await settings.clear();
      this.#open.set(bucket.name, this.default);
    });
  }

  /** Stops the workers of the buckets, once they are no longer used. */
  async close(): Promise<void> {
    await Promise.all([this.default, ...this.#open.values()].map(({ store }) => store.close()));
  }

  async #openIn(folder: string, bucket: Bucket, created: number): Promise<OpenBucket> {
    const directory = join(folder, bucket.name);
    await openOwnFolder(directory);
    const store = await ObjectStore.open(join(directory, "objects"));
    const settings = await BucketSettings.open(join(directory, "bucket.json"));
    return { bucket, store, settings, created };
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(change);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}

/** The content of {@link BUCKET_FILE}. */
const Created = object({ region: string(), at: number() });
