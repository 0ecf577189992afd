/** Sound, vibration and notifications, as far as the device has them. */

/** Returns what the device offers. Computers that claim to vibrate don't. */
export function offeredSignals(): ("sound" | "vibration" | "notification")[] {
  return [
    ...("AudioContext" in globalThis ? (["sound"] as const) : []),
    ...("navigator" in globalThis && "vibrate" in navigator && matchMedia("(pointer: coarse)").matches ? (["vibration"] as const) : []),
    ...("Notification" in globalThis && Notification.permission !== "denied" ? (["notification"] as const) : []),
  ];
}

let audio: AudioContext | undefined;

/** Browsers play sound only on pages that were pressed. Call this from a press, for a chime later. */
export function readySound(): void {
  audio ??= new AudioContext();
  if (audio.state === "suspended") void audio.resume();
}

/** Two soft notes, a fifth apart. */
const notes_hz = [528, 792];
const apart_s = 0.22;
const lasts_s = 1.8;
const loudest = 0.09;

export function chime(): void {
  readySound();
  if (!audio) return;
  for (const [index, hz] of notes_hz.entries()) {
    const from = audio.currentTime + index * apart_s;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = hz;
    volume.gain.setValueAtTime(0.0001, from);
    volume.gain.exponentialRampToValueAtTime(loudest, from + 0.04);
    volume.gain.exponentialRampToValueAtTime(0.0001, from + lasts_s);
    tone.connect(volume).connect(audio.destination);
    tone.start(from);
    tone.stop(from + lasts_s);
  }
}

export function vibrate(): void {
  navigator.vibrate?.([90, 70, 90]);
}

/** Asks for permission to notify. Returns whether it was given. */
export async function mayNotify(): Promise<boolean> {
  return (await Notification.requestPermission()) === "granted";
}

/** Shows a notification. It must name nobody and no circle: others may see the screen. */
export function notify(text: string): void {
  if (!("Notification" in globalThis) || Notification.permission !== "granted") return;
  try {
    const shown = new Notification(text, { tag: "turn", silent: true });
    shown.onclick = () => {
      focus();
      shown.close();
    };
  } catch {
    // Some phones allow notifications to service workers only.
  }
}
