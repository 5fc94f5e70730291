/** A condition of a POST policy on one form field. */
export interface PostCondition {
  readonly match: "eq" | "starts-with";
  /** As the policy spells it. */
  readonly field: string;
  readonly value: string;
}

/** A POST policy, as far as it can be read (https://cloud.tencent.com/document/product/436/14690). */
export interface PostPolicy {
  /** The JSON, before base64. */
  readonly text: string;
  readonly conditions: readonly PostCondition[];
  readonly lengthRange: { readonly min: number; readonly max: number } | undefined;
}

/** Reads base64, or the JSON itself. What is not a condition that COS knows is passed over. */
export function parsePostPolicy(policy: string): PostPolicy {
  const text = policy.trimStart().startsWith("{") ? policy : fromBase64(policy);
  const items = conditionsOf(text);
  const conditions = items.flatMap((item): PostCondition[] => {
    if (!Array.isArray(item)) {
      return Object.entries(Object(item)).flatMap(([field, value]) =>
        typeof value === "string" ? [{ match: "eq", field, value }] : [],
      );
    }
    const [match, field, value] = item;
    if ((match !== "eq" && match !== "starts-with") || typeof field !== "string") return [];
    return typeof value === "string" ? [{ match, field: field.replace(/^\$/, ""), value }] : [];
  });
  const range = items.find((item) => Array.isArray(item) && item[0] === "content-length-range");
  const [, min, max] = Array.isArray(range) ? range : [];
  return {
    text,
    conditions,
    lengthRange: typeof min === "number" && typeof max === "number" ? { min, max } : undefined,
  };
}

/** The form field that a condition looks at: the policy says q-sign-time, the form q-key-time. */
export function fieldOf(condition: PostCondition): string {
  const name = condition.field.toLowerCase();
  return name === "q-sign-time" ? "q-key-time" : name;
}

function conditionsOf(text: string): readonly unknown[] {
  try {
    const policy: unknown = JSON.parse(text);
    const list = new Map(Object.entries(Object(policy))).get("conditions");
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

function fromBase64(base64: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(base64.trim()), (c) => c.charCodeAt(0)));
  } catch {
    return "";
  }
}
