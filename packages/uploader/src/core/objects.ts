import { failure } from "./errors";
import { newJob } from "./job";
import type { ObjectPage, Removed } from "./options";
import { persistently } from "./retry";
import type { Settings } from "./service";
import { askService } from "./service";
import { jsonOf } from "./service-answer";
import { fieldOf, textOf } from "./values";

/** @throws {UploadError} */
export function listObjects<F>(
  settings: Settings<F>,
  { after = "", limit = 100 }: { readonly after?: string; readonly limit?: number },
): Promise<ObjectPage> {
  const job = newJob();
  const query = `?limit=${limit}&after=${encodeURIComponent(after)}`;
  return persistently(job, settings, () => askService(job, settings, "objects", query)).then((answer) => {
    const data = jsonOf(answer);
    const objects = listOf(data).map((item) => ({
      key: textOf(item, "key"),
      size: Number(fieldOf(item, "size")) || 0,
      lastModified: textOf(item, "lastModified"),
      etag: textOf(item, "etag"),
    }));
    return { objects, next: textOf(data, "next") || undefined };
  });
}

/** @throws {UploadError} */
export function removeObjects<F>(
  settings: Settings<F>,
  keys: readonly string[],
): Promise<readonly Removed[]> {
  const job = newJob();
  const ask = () => askService(job, settings, "objects", "/delete", { keys });
  // What is gone already counts as removed: an answer that was lost may be asked for again.
  return persistently(job, settings, ask).then((answer) =>
    listOf(jsonOf(answer)).map((item) => ({
      key: textOf(item, "key"),
      removed: fieldOf(item, "deleted") === true,
      code: textOf(item, "code") || undefined,
    })),
  );
}

function listOf(data: unknown): readonly unknown[] {
  const list = fieldOf(data, "objects");
  if (Array.isArray(list)) return list;
  throw failure("service", "AnswerInvalid", "This is not the answer of the function objects.");
}
