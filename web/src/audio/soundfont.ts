/** Fetches the soundfont, and says in plain words when that fails. */
import { AudioProblem } from "./types.ts";

/**
 * Fetch a soundfont.
 *
 * @throws AudioProblem "soundfont" when the server does not give it, or gives something else.
 */
export async function fetchSoundfont(
  url: string,
  onProgress?: (share: number) => void,
): Promise<Blob> {
  const response = await fetch(url).catch((error: unknown) => {
    throw problem("the studio's server does not answer. Is `segue studio` still running?", error);
  });
  if (!response.ok) {
    throw problem(
      `the server answered ${response.status}. Restart the studio, or install Segue again.`,
    );
  }
  const blob = await read(response, onProgress).catch((error: unknown) => {
    throw problem("the connection broke while it was loading. Reload the page.", error);
  });
  const head = new Uint8Array(await blob.slice(0, 12).arrayBuffer());
  const words = String.fromCharCode(...head);
  if (!words.startsWith("RIFF") || !words.endsWith("sfbk")) {
    throw problem(`what came from ${url} is not a soundfont (SF2 or SF3).`);
  }
  return blob;
}

/**
 * The body, with progress where the length is known.
 *
 * With Content-Encoding the length is that of the packed bytes while those that come are unpacked;
 * so the share is only an estimate, and never more than 1.
 */
async function read(response: Response, onProgress?: (share: number) => void): Promise<Blob> {
  const length = Number(response.headers.get("Content-Length"));
  if (response.body === null || onProgress === undefined || !(length > 0)) return response.blob();
  const reader = response.body.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let come = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    come += part.value.length;
    onProgress(Math.min(come / length, 1));
  }
  return new Blob(parts);
}

function problem(why: string, cause?: unknown): AudioProblem {
  return new AudioProblem("soundfont", `The instruments' sounds could not be loaded: ${why}`, {
    cause,
  });
}
