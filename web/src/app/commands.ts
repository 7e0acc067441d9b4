/** What each command of the keyboard does. Buttons call the same. */
import { childrenOf } from "../core/tree.ts";
import type { Page } from "./context.ts";
import type { Command } from "./keyboard.ts";
import { toggleRecording } from "./recording.ts";

/** By how much a key makes notes louder. */
const LOUDER = 5;

/** Run a command; `digit` is the number key that was pressed, 0 for others. */
export function run(page: Page, command: Command, digit: number): void {
  const { studio, ui } = page;
  const { desk, editing, piece, ask } = studio;
  const actions: Record<Command, () => unknown> = {
    play: () => studio.transport.togglePlay(),
    "to-start": () => studio.sound.seek(0),
    "bar-back": () => studio.transport.stepBars(-1),
    "bar-on": () => studio.transport.stepBars(1),
    loop: () => studio.transport.toggleLoop(),
    follow: () => {
      desk.follow = !desk.follow;
    },
    continue: () => studio.takes.askFor("continue"),
    "continue-here": () => studio.takes.continueFromHere(),
    infill: () => studio.takes.askFor("infill"),
    morph: () => studio.takes.askFor("morph"),
    vary: () => studio.takes.askFor("vary"),
    "redo-track": () => studio.takes.askFor("redo"),
    "add-part": () => studio.takes.askFor("accompany"),
    "make-song": () => {
      // As long as a song takes: choose it, and let the button say what it does.
      ask.task = "arrange";
    },
    endless: () => studio.endless.toggle(),
    "turn-away": () => studio.endless.turnAway(),
    compose: () => {
      // A new piece is a large step for one key: choose it, and let the button say what it does.
      ask.task = "compose";
    },
    "hear-all": () => studio.takes.hearAll(),
    "hear-take": () => studio.comping.hearTake(digit),
    "hear-piece": () => studio.takes.hearPiece(),
    "more-like": () => studio.takes.moreLike(),
    comp: () => studio.comping.open(),
    keep: () => {
      if (studio.endless.on) return studio.endless.keep();
      return isComp(page) ? studio.comping.keep() : studio.takes.keep();
    },
    escape: () => putAway(page),
    undo: () => studio.undo(),
    redo: () => studio.redo(),
    parent: () => studio.undo(),
    child: () => studio.redo(),
    "sibling-back": () => studio.sibling(-1),
    "sibling-on": () => studio.sibling(1),
    compare: () => studio.compare(),
    star: () => {
      const here = piece.detail;
      if (here !== null) return studio.describe(here.id, { starred: !here.starred });
    },
    "choose-all": () => editing.chooseAll(),
    delete: () => editing.remove(),
    cut: () => studio.clipping.cut(),
    copy: () => studio.clipping.copy(),
    paste: () => studio.clipping.paste(),
    duplicate: () => studio.clipping.duplicate(),
    "delete-bars": () => studio.clipping.removeBars(),
    "next-note": () => studio.stepping.step(1),
    "previous-note": () => studio.stepping.step(-1),
    "also-next-note": () => studio.stepping.step(1, true),
    "also-previous-note": () => studio.stepping.step(-1, true),
    "draw-here": () => studio.stepping.draw(),
    louder: () => editing.changeVelocity(LOUDER),
    softer: () => editing.changeVelocity(-LOUDER),
    legato: () => editing.legato(),
    humanise: () => editing.humanise(),
    "move-track-up": () =>
      withFocus(page, (track) => void studio.reshaping.moveTrack(track, track - 1)),
    "move-track-down": () =>
      withFocus(page, (track) => void studio.reshaping.moveTrack(track, track + 1)),
    velocities: () => {
      desk.showsVelocities = !desk.showsVelocities;
    },
    "nudge-left": () => editing.nudge(-1, 0),
    "nudge-right": () => editing.nudge(1, 0),
    "pitch-up": () => editing.nudge(0, 1),
    "pitch-down": () => editing.nudge(0, -1),
    "octave-up": () => editing.nudge(0, 12),
    "octave-down": () => editing.nudge(0, -12),
    shorter: () => editing.stretch(-1),
    longer: () => editing.stretch(1),
    quantise: () => editing.quantise(),
    "tool-select": () => desk.pick("select"),
    "tool-draw": () => desk.pick("draw"),
    "tool-erase": () => desk.pick("erase"),
    mute: () => withFocus(page, (track) => desk.mute(track)),
    solo: () => withFocus(page, (track) => desk.solo(track)),
    lock: () => withFocus(page, (track) => desk.lock(track)),
    "track-up": () => stepFocus(page, -1),
    "track-down": () => stepFocus(page, 1),
    "zoom-in": () => ui.roll?.zoom(1.25),
    "zoom-out": () => ui.roll?.zoom(0.8),
    fit: () => ui.roll?.fit(),
    "rename-track": () =>
      withFocus(page, (track) => {
        ui.showsTracks = true;
        ui.renaming = track;
      }),
    record: () => toggleRecording(page),
    export: () => ui.toggle("export", true),
    help: () => ui.toggle("help"),
  };
  void actions[command]();
}

/** End what is nearest: a panel, what is being written, the take that is heard, the selection. */
function putAway({ studio, ui }: Page): void {
  const { desk, listening } = studio;
  if (ui.overlay !== "none") ui.overlay = "none";
  else if (studio.endless.on) {
    studio.endless.stop();
    studio.sound.pause();
    studio.takes.hearPiece();
  } else if (studio.takes.canStop) void studio.transport.halt();
  else if (listening.heard.kind !== "piece") {
    if (listening.heard.kind !== "version") studio.sound.pause();
    studio.takes.hearPiece();
  } else if (studio.comping.isOpen) studio.comping.close();
  else desk.clear();
}

/** Whether what is heard, or nothing else, is what was put together of takes. */
function isComp({ studio: { comping, listening } }: Page): boolean {
  const { heard } = listening;
  return comping.isOpen && heard.kind !== "take" && comping.picks.size > 0;
}

function withFocus({ studio }: Page, act: (track: number) => void): void {
  const { focus } = studio.desk;
  const n = studio.piece.detail?.score.tracks.length ?? 0;
  if (focus !== null && focus >= n) {
    studio.notices.problem("That track has no notes yet: draw or record some first.");
    return;
  }
  if (focus === null) {
    studio.notices.problem("Select a track first: click its name, or press the arrow keys.");
    return;
  }
  act(focus);
  studio.sound.setMix(studio.desk.mix);
}

function stepFocus({ studio }: Page, step: number): void {
  const n = (studio.piece.detail?.score.tracks.length ?? 0) + studio.desk.drafts.length;
  if (n === 0) return;
  const from = studio.desk.focus ?? (step > 0 ? -1 : n);
  studio.desk.focus = (from + step + n) % n;
}

/** Whether the current version has branches beside it. */
export function hasSiblings({ studio }: Page): boolean {
  const here = studio.piece.detail;
  if (here === null) return false;
  return (childrenOf(studio.piece.nodes).get(here.parent)?.length ?? 0) > 1;
}
