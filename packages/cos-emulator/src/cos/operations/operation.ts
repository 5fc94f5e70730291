import type { Readable } from "node:stream";
import type { Received } from "../http/post-form.ts";
import type { Query } from "../http/query.ts";
import type { Reply } from "../http/reply.ts";
import type { CosRequest } from "../http/request.ts";
import type { AccountPlace } from "../locate.ts";
import type { Caller } from "../policy/caller.ts";
import type { SignedForm } from "../signature/post-signature.ts";
import type { CosAccount, CosService } from "../store/service.ts";

/**
 * One operation of COS's API. It declares the permission that a caller needs. The pipeline (perform.ts) checks the key,
 * the signature and that permission before `run` or `receive` begins; either throws CosError to refuse.
 */
export type Operation = SignedOperation | EachOperation | FormOperation | OpenOperation;

/** An operation on all buckets of the account, or on one that does not exist yet. */
export interface AccountOperation {
  readonly action: `name/cos:${string}`;
  /** The resource that the permission must cover: six-part, or `*` if the action has no resources in CAM. */
  resource(context: AccountContext): string;
  run(context: AccountContext & { readonly caller: Caller | undefined }): Promise<Reply> | Reply;
}

export interface AccountContext {
  readonly cos: CosAccount;
  readonly request: CosRequest;
  readonly place: AccountPlace;
}

/** An operation whose signature is in the Authorization header or in the query. */
export interface SignedOperation {
  /** The CAM action, such as `name/cos:PutObject` (https://www.tencentcloud.com/document/product/598/57092). */
  readonly action: `name/cos:${string}`;
  /** Another action that is enough, where COS's pages and its SDKs name different ones. What either is denied, is denied. */
  readonly orAction?: `name/cos:${string}`;
  /**
   * What the permission must cover: the object that the path names, the bucket itself, or, for a listing, the prefix
   * that is listed (https://www.tencentcloud.com/document/product/436/30580).
   */
  readonly on: "object" | "bucket" | "prefix";
  /** More permissions that a request needs because of its headers. */
  alsoNeeds?(context: OpenContext): readonly Right[];
  run(context: OperationContext): Promise<Reply> | Reply;
}

/** A permission for one object. */
export interface Right {
  /** Of the object's bucket. */
  readonly service: CosService;
  readonly action: `name/cos:${string}`;
  readonly key: string;
  /** The object's own query, not the request's: it may name a version, on which the permission depends. */
  readonly query: Query;
}

/** An operation on the objects that its body names, each of which needs its own permission. */
export interface EachOperation {
  readonly action: `name/cos:${string}`;
  /** The permission for the bucket that an anonymous request also needs. */
  readonly anonymousAction: `name/cos:${string}`;
  readonly on: "each";
  run(context: EachContext): Promise<Reply>;
}

/** POST Object, whose key and signature are fields of the form. */
export interface FormOperation {
  readonly action: `name/cos:${string}`;
  readonly on: "form";
  /** Receives the file, as soon as everything before it in the form has been checked. */
  receive(context: FormContext): Promise<ReceivedForm>;
}

/** An operation that needs no signature and no permission. */
export interface OpenOperation {
  readonly on: "anyone";
  run(context: OpenContext): Promise<Reply> | Reply;
}

/** The host is the bucket's and the URL is well-formed. */
export interface OpenContext {
  readonly service: CosService;
  readonly request: CosRequest;
}

export interface OperationContext extends OpenContext {
  /** Who signed; undefined for an anonymous request, which the bucket's policy allows. */
  readonly caller: Caller | undefined;
}

export interface EachContext extends OperationContext {
  /** @throws {CosError} AccessDenied unless the caller has the operation's permission for this object */
  checkRight(key: string): void;
}

export interface FormContext extends OpenContext {
  /** As the object will be stored. */
  readonly key: string;
  /** Names in lower case, with `key` as it will be stored. */
  readonly fields: ReadonlyMap<string, string>;
  /** Undefined for a form without a signature, which the bucket's policy allows. */
  readonly signed: SignedForm | undefined;
  readonly file: Readable;
}

/** A file that has arrived but is not stored yet. */
export interface ReceivedForm extends Received {
  /** Stores it, once the form is known to end after it. */
  store(): Promise<Reply>;
}
