import { CosError } from "./http/errors.ts";
import { type PostForm, readPostForm } from "./http/post-form.ts";
import type { Reply } from "./http/reply.ts";
import type { CosRequest } from "./http/request.ts";
import type { AccountPlace } from "./locate.ts";
import { checkObjectKey } from "./operations/lib/object-key.ts";
import { refuseUnsupported } from "./operations/lib/upload-attributes.ts";
import type {
  AccountContext,
  AccountOperation,
  EachOperation,
  FormOperation,
  Operation,
  OperationContext,
  ReceivedForm,
  SignedOperation,
} from "./operations/operation.ts";
import { authorize, authorizeEither, authorizeForAccount } from "./policy/authorize.ts";
import { checkReferer } from "./policy/check-referer.ts";
import { authenticate } from "./signature/authenticate.ts";
import { verifyForm } from "./signature/post-signature.ts";
import type { CosAccount, CosService } from "./store/service.ts";

/** In a form's key, it stands for the name of the uploaded file. */
const FILENAME = `\${filename}`;

/**
 * Carries out an operation if the caller may: checks the key, then the signature, then the permission for what
 * the operation declares, and then that its headers ask for nothing that is not emulated.
 *
 * @throws {CosError} from any of these checks, or from the operation
 */
export async function perform(
  service: CosService,
  request: CosRequest,
  operation: Operation,
): Promise<Reply> {
  if (operation.on === "anyone") return operation.run({ service, request });
  if (operation.on === "form") return performForm(service, request, operation);
  if (operation.on === "object") checkObjectKey(request.key);
  const caller = authenticate(service, request);
  if (caller === undefined && operation.on === "object") checkReferer(service, request);
  if (operation.on === "each") return performEach({ service, request, caller }, operation);
  const { action, orAction } = operation;
  const subject = subjectOf(request, operation);
  if (orAction === undefined) authorize(service, request, caller, action, subject);
  else authorizeEither(service, request, caller, [action, orAction], subject);
  for (const right of operation.alsoNeeds?.({ service, request }) ?? []) {
    authorize(right.service, { ...request, query: right.query }, caller, right.action, right.key);
  }
  refuseUnsupported(request.headers);
  return operation.run({ service, request, caller });
}

/** Like {@link perform}, for requests outside any bucket. */
export async function performForAccount(
  cos: CosAccount,
  request: CosRequest,
  place: AccountPlace,
  operation: AccountOperation,
): Promise<Reply> {
  const context: AccountContext = { cos, request, place };
  const caller = authenticate(cos, request);
  authorizeForAccount(cos, request, caller, operation.action, operation.resource(context));
  refuseUnsupported(request.headers);
  return operation.run({ ...context, caller });
}

function performEach(context: OperationContext, operation: EachOperation): Promise<Reply> {
  const { service, request, caller } = context;
  if (caller === undefined) authorize(service, request, caller, operation.anonymousAction, "");
  refuseUnsupported(request.headers);
  const checkRight = (key: string) => authorize(service, request, caller, operation.action, key);
  return operation.run({ ...context, checkRight });
}

function subjectOf(request: CosRequest, { on }: SignedOperation): string {
  if (on === "object") return request.key;
  return on === "prefix" ? (request.query.get("prefix") ?? "") : "";
}

async function performForm(
  service: CosService,
  request: CosRequest,
  operation: FormOperation,
): Promise<Reply> {
  if (request.contentLength === undefined) {
    throw new CosError("MissingContentLength", "You must provide the Content-Length HTTP header.");
  }
  const received = await readPostForm(request.body, request.headers.get("content-type"), (form) =>
    receiveForm(service, request, operation, form),
  );
  return received.store();
}

async function receiveForm(
  service: CosService,
  request: CosRequest,
  operation: FormOperation,
  { fields: given, filename, file }: PostForm,
): Promise<ReceivedForm> {
  const keyField = given.get("key");
  if (keyField === undefined) {
    throw new CosError("InvalidArgument", "Bucket POST must contain a field named 'key'.", {
      reason: "the form has no field key before its file",
    });
  }
  const key = keyField.replaceAll(FILENAME, () => filename);
  checkObjectKey(key);
  const fields = new Map(given).set("key", key);
  const signed = verifyForm(service, request, fields);
  authorize(service, request, signed?.caller, operation.action, key);
  refuseUnsupported(request.headers);
  return operation.receive({ service, request, key, fields, signed, file });
}
