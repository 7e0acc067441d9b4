/** The musician's own soundfont: chosen once, remembered by the browser, in place of Segue's. */

/** A soundfont that is kept. */
export interface KeptSounds {
  readonly name: string;
  readonly content: Blob;
}

/** Where a soundfont is kept between visits; it never leaves the browser. */
export interface SoundsStore {
  read(): Promise<KeptSounds | null>;
  write(sounds: KeptSounds): Promise<void>;
  remove(): Promise<void>;
}

export class OwnSounds {
  /** The name of the file; null: Segue's own sounds. */
  name = $state<string | null>(null);
  #content: Blob | null = null;
  readonly #store: SoundsStore | null;

  /** `store` may be null, where the browser gives none; then nothing is remembered. */
  constructor(store: SoundsStore | null) {
    this.#store = store;
  }

  /** What was chosen, at this visit or an earlier one; null: Segue's own. */
  async recall(): Promise<Blob | null> {
    if (this.name !== null) return this.#content;
    const kept = await this.#store?.read().catch(() => null);
    this.name = kept?.name ?? null;
    this.#content = kept?.content ?? null;
    return this.#content;
  }

  /**
   * Take a file; says whether it can be remembered.
   *
   * @throws Error when it is not a soundfont, with what to do.
   */
  async choose(file: KeptSounds): Promise<boolean> {
    const head = new Uint8Array(await file.content.slice(0, 12).arrayBuffer());
    const words = String.fromCharCode(...head);
    if (!words.startsWith("RIFF") || !words.endsWith("sfbk")) {
      throw new Error(`${file.name} is not a soundfont. Choose a file that ends in .sf2 or .sf3.`);
    }
    this.name = file.name;
    this.#content = file.content;
    if (this.#store === null) return false;
    return this.#store.write(file).then(
      () => true,
      () => false, // no room, or a private window: it holds for this visit
    );
  }

  /** Go back to Segue's own. */
  async forget(): Promise<void> {
    this.name = null;
    this.#content = null;
    await this.#store?.remove().catch(() => {});
  }
}
