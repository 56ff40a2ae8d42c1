const KNOCK_GAP_S = 0.17;
const KNOCK_LENGTH_S = 0.13;

/**
 * Two soft knocks on wood, about a third of a second, made here and now. Silent where the browser has no sound,
 * or does not allow any before the person has pressed something on the page.
 */
export function playKnock(): void {
  if (!('AudioContext' in window)) return;
  const audio = new AudioContext();
  const last = knockAt(audio, audio.currentTime + KNOCK_GAP_S);
  knockAt(audio, audio.currentTime);
  last.onended = () => void audio.close();
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
