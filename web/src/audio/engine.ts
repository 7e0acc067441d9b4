/** Opens the synthesizer: the audio context, its worklet, the soundfont, all channels. */
import { WorkletSynthesizer } from "spessasynth_lib";
import workletUrl from "spessasynth_lib/dist/spessasynth_processor.min.js?url";
import { MAX_CHANNELS } from "./channels.ts";
import { fetchSoundfont } from "./soundfont.ts";
import { AudioProblem, type PlayerOptions } from "./types.ts";

const LOAD_PATIENCE_MS = 20_000;

/** A synthesizer that is ready to be sent messages; not yet connected to anything. */
export interface Engine {
  readonly context: AudioContext;
  readonly synth: WorkletSynthesizer;
  /** The soundfont's bytes, kept for rendering. */
  readonly soundfont: Blob;
}

/**
 * Load the synthesizer and its sounds.
 *
 * @throws AudioProblem saying why there can be no sound.
 */
export async function openSynth(options: PlayerOptions): Promise<Engine> {
  requireAudio();
  const context = new AudioContext({ latencyHint: "interactive" });
  try {
    const [soundfont] = await Promise.all([
      options.soundfont ?? fetchSoundfont(options.soundfontUrl, options.onProgress),
      context.audioWorklet.addModule(workletUrl),
    ]);
    // Its events are not needed, and with them it would count added channels twice.
    const synth = new WorkletSynthesizer(context, { eventsEnabled: false });
    await inTime(synth.isReady);
    await addSounds(synth, await soundfont.arrayBuffer());
    // An added channel is silent (volume 0) and a drum channel, until all are reset: so all that
    // may be needed are added now, since a reset while playing would be heard.
    while (synth.channelCount < MAX_CHANNELS) synth.addNewChannel();
    synth.reset();
    return { context, synth, soundfont };
  } catch (error) {
    await context.close();
    if (error instanceof AudioProblem) throw error;
    throw new AudioProblem(
      "unsupported",
      `The synthesizer did not start in this browser (${String(error)}). Reload the page, or try Chrome, Firefox or Safari in their newest version.`,
      { cause: error },
    );
  }
}

function requireAudio(): void {
  if (!globalThis.isSecureContext) {
    throw new AudioProblem(
      "insecure-context",
      "Browsers let a page play instruments only on this computer or over https. Open the studio at " +
        "http://127.0.0.1, or put https in front of it; MIDI can be exported here all the same.",
    );
  }
  if (typeof AudioContext === "undefined" || typeof AudioWorkletNode === "undefined") {
    throw new AudioProblem(
      "unsupported",
      "This browser cannot play instruments (it has no AudioWorklet). Use Chrome, Firefox or Safari.",
    );
  }
}

async function addSounds(synth: WorkletSynthesizer, sounds: ArrayBuffer): Promise<void> {
  const broken = new Promise<never>((_, reject) => {
    synth.eventHandler.addEvent("soundBankError", "segue", (error) =>
      reject(
        new AudioProblem("soundfont", `The soundfont cannot be read: ${error.message}.`, {
          cause: error,
        }),
      ),
    );
  });
  await Promise.race([inTime(synth.soundBankManager.addSoundBank(sounds, "main")), broken]);
  synth.eventHandler.removeEvent("soundBankError", "segue");
}

/** What a worklet answers, unless it never does. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("it did not answer in time")), LOAD_PATIENCE_MS);
  });
  return Promise.race([answer, patience]).finally(() => clearTimeout(timer));
}
