/** The musician's pieces: which there are, opening one, beginning another, putting one away. */
import type { Project, ProjectSummary } from "../../api/types.ts";
import type { Studio } from "./studio.svelte.ts";

/** What of the studio this needs. */
type Host = Pick<Studio, "api" | "attempt" | "info" | "notices" | "open" | "piece">;

const PROJECT_FILE = /\.segue$/i;

export class Shelf {
  projects = $state.raw<readonly ProjectSummary[]>([]);

  readonly #studio: Host;

  constructor(studio: Host) {
    this.#studio = studio;
  }

  /** The piece to begin with: that of last time, else the newest, else an example. */
  async firstOf(last: string): Promise<Project> {
    const { api } = this.#studio;
    const usable = this.projects.filter((project) => !project.problem);
    const known = usable.find(({ id }) => id === last) ?? usable[0];
    if (known !== undefined) return api.project(known.id);
    const example = this.#studio.info?.examples[0];
    return api.create(example === undefined ? {} : { example: example.name });
  }

  async open(id: string): Promise<void> {
    await this.#studio.attempt(async () => this.#studio.open(await this.#studio.api.project(id)));
  }

  async openExample(name: string): Promise<void> {
    await this.#studio.attempt(async () =>
      this.#studio.open(await this.#studio.api.create({ example: name })),
    );
  }

  async newPiece(): Promise<void> {
    await this.#studio.attempt(async () => this.#studio.open(await this.#studio.api.create({})));
  }

  /** Open a file that came from elsewhere: MIDI, or a whole project. */
  async bring(name: string, file: Blob): Promise<void> {
    const isProject = PROJECT_FILE.test(name);
    const limits = this.#studio.info?.limits;
    const limit = (isProject ? limits?.project_bytes : limits?.upload_bytes) ?? file.size;
    await this.#studio.attempt(async () => {
      const { api } = this.#studio;
      if (file.size > limit) {
        const mb = (bytes: number) => (bytes / 1e6).toFixed(1);
        const most = `${name} has ${mb(file.size)} MB, more than the ${mb(limit)} MB that are read`;
        throw new Error(
          isProject
            ? `${most} here: put it into the folder of your pieces.`
            : `${most} of a MIDI file. Is it really MIDI?`,
        );
      }
      const read = isProject ? api.importProject(name, file) : api.upload(name, file);
      await this.#studio.open(await read);
      this.#studio.notices.done(`Opened: ${this.#studio.piece.name}`);
      for (const warning of this.#studio.piece.detail?.warnings ?? [])
        this.#studio.notices.problem(warning);
    });
  }

  /** Put a project into the trash folder and go to another. */
  async remove(id: string): Promise<void> {
    await this.#studio.attempt(async () => {
      await this.#studio.api.removeProject(id);
      this.#studio.notices.done(
        "Moved to the trash folder beside your pieces; nothing is destroyed.",
      );
      this.projects = await this.#studio.api.projects();
      if (id === this.#studio.piece.id) await this.#studio.open(await this.firstOf(""));
    });
  }

  async list(): Promise<void> {
    await this.#studio.attempt(async () => {
      this.projects = await this.#studio.api.projects();
    });
  }
}
