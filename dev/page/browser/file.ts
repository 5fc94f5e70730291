/** A file to upload, with the name and extension for the signing function. */
export interface Chosen {
  readonly name: string;
  /** Undefined if neither the name nor the type tells it. */
  readonly ext: string | undefined;
  readonly blob: Blob;
}

/** For files without an extension, such as those dragged from another page. */
const EXT_OF_TYPE: ReadonlyMap<string, string> = new Map([
  ["image/jpeg", "jpg"],
  ["image/png", "png"],
  ["image/gif", "gif"],
  ["image/webp", "webp"],
  ["video/mp4", "mp4"],
  ["application/pdf", "pdf"],
  ["text/plain", "txt"],
]);

export function chosen(file: File): Chosen {
  const ext = /\.([a-z0-9]{1,10})$/i.exec(file.name)?.[1]?.toLowerCase();
  return { name: file.name, ext: ext ?? EXT_OF_TYPE.get(file.type), blob: file };
}

/** A small picture that the page draws itself, for the deliberate mistakes. */
export async function samplePicture(): Promise<Chosen> {
  const canvas = document.createElement("canvas");
  canvas.width = 96;
  canvas.height = 96;
  const context = canvas.getContext("2d");
  if (context !== null) {
    const gradient = context.createLinearGradient(0, 0, 96, 96);
    gradient.addColorStop(0, "#0b6e8f");
    gradient.addColorStop(1, "#f2a541");
    context.fillStyle = gradient;
    context.fillRect(0, 0, 96, 96);
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  return { name: "sample.png", ext: "png", blob: blob ?? new Blob(["sample"], { type: "image/png" }) };
}
