/** The worker in which WAV files are rendered, so that the page stays awake. */
import { type RenderRequest, renderSound } from "./offline.ts";
import { wavOf } from "./wav.ts";

/** What the worker answers. */
export type RenderAnswer =
  | { readonly kind: "progress"; readonly share: number }
  | { readonly kind: "done"; readonly wav: ArrayBuffer }
  | { readonly kind: "failed"; readonly message: string };

const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<RenderRequest>) => void) | null;
  postMessage(answer: RenderAnswer, transfer?: Transferable[]): void;
};

scope.onmessage = async ({ data }) => {
  try {
    const sound = await renderSound(data, (share) =>
      scope.postMessage({ kind: "progress", share }),
    );
    const wav = wavOf(sound);
    scope.postMessage({ kind: "done", wav }, [wav]);
  } catch (error) {
    scope.postMessage({ kind: "failed", message: String(error) });
  }
};
