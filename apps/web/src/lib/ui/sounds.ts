const KNOCK_GAP_S = 0.17;
const KNOCK_LENGTH_S = 0.13;
const CHIME_LENGTH_S = 0.5;

/**
 * Two soft knocks on wood, about a third of a second, made here and now. Silent where the browser has no sound,
 * or does not allow any before the person has pressed something on the page.
 */
export function playKnock(): void {
  play((audio, now) => {
    knockAt(audio, now);
    return knockAt(audio, now + KNOCK_GAP_S);
  });
}

/** One quiet note, softer than a knock, half a second. Silent where a knock is. */
export function playChime(): void {
  play((audio, now) => {
    const bell = audio.createOscillator();
    bell.type = 'sine';
    bell.frequency.setValueAtTime(880, now);
    const loudness = audio.createGain();
    // Not at once: a note that begins in full clicks.
    loudness.gain.setValueAtTime(0.001, now);
    loudness.gain.exponentialRampToValueAtTime(0.07, now + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, now + CHIME_LENGTH_S);
    bell.connect(loudness).connect(audio.destination);
    bell.start(now);
    bell.stop(now + CHIME_LENGTH_S);
    return bell;
  });
}

/** `make` starts a sound at a time of the audio's clock, in seconds, and gives what ends last. */
function play(make: (audio: AudioContext, now: number) => OscillatorNode): void {
  if (!('AudioContext' in window)) return;
  const audio = new AudioContext();
  make(audio, audio.currentTime).onended = () => void audio.close();
}

function knockAt(audio: AudioContext, time: number): OscillatorNode {
  const wood = audio.createOscillator();
  const loudness = audio.createGain();
  wood.frequency.setValueAtTime(210, time);
  wood.frequency.exponentialRampToValueAtTime(85, time + KNOCK_LENGTH_S);
  loudness.gain.setValueAtTime(0.22, time);
  loudness.gain.exponentialRampToValueAtTime(0.001, time + KNOCK_LENGTH_S);
  wood.connect(loudness).connect(audio.destination);
  wood.start(time);
  wood.stop(time + KNOCK_LENGTH_S);
  return wood;
}
